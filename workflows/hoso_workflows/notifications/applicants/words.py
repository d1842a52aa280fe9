"""Words of messages to applicants, and the facts that go with them.

This registry is their one place. Lists and gateways say what has happened and where to look; a mail says what to do, by when and whom
to ask, and holds the facts themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a topic in one language; `code` and, in what is to be done, `fetch` are filled in."""

    subject: str
    happened: str
    #: What its reader has to do, who filed online.
    todo: str
    #: The same for who filed at a counter or by post; None where it is no other.
    elsewhere: str | None = None
    #: Where lists and gateways, which hold no facts, send their reader.
    look: str = ""

    @property
    def listed(self) -> tuple[str, str]:
        """Subject and text for lists and gateways."""
        return self.subject, f"{self.happened} {self.look}".rstrip()


@dataclass(frozen=True, slots=True)
class Language:
    """Words of one language around those of the topics."""

    topics: Mapping[str, Words]
    #: Fact → its name.
    labels: Mapping[str, str]
    #: Channel → how it was filed, and mode → how the result comes.
    filed: Mapping[str, str]
    delivery: Mapping[str, str]
    #: Mode → what to do for the result.
    fetch: Mapping[str, str]
    #: Point at which a fee is paid → its words.
    fee_due: Mapping[str, str]
    telephone: str
    #: How an instant, a day and a sum are written, and what parts the groups of a sum.
    instant: str
    filed_on: str
    amount: str
    group: str
    #: The last lines of each mail: of any, and of one whose reader has an account.
    automatic: str
    preferences: str


#: Topic → the facts that its mail holds beside those of `COMMON`, in their order.
FACTS: Mapping[str, tuple[str, ...]] = {
    "applicant.filed": ("reception_due",),
    "applicant.accepted": ("appointment", "delivery"),
    "applicant.refused": ("reason",),
    "applicant.supplement_asked": ("answer_due", "reason", "items"),
    "applicant.result_ready": ("reason",),
    "applicant.withdrawn": (),
    "applicant.stopped": ("ground", "basis"),
    "applicant.closed_unanswered": ("answer_due",),
    "applicant.transferred": ("to", "authority", "reason"),
    "applicant.suspended": ("expected_end", "reason", "basis"),
    "applicant.suspension_ended": ("appointment", "reason"),
    "applicant.obligation_set": ("amount", "document", "reason", "basis"),
    "applicant.appointed": ("appointment",),
    "applicant.extended": ("appointment", "reason", "basis"),
    "applicant.reappointed": ("appointment", "reason"),
    "applicant.rectified": ("reason",),
    "applicant.disclosed": ("recipient", "purpose", "basis"),
    "applicant.fee_assessed": ("title", "amount", "fee_due"),
    "applicant.fee_exempted": ("title", "amount", "basis"),
    "applicant.payment_recorded": ("title", "amount"),
    "applicant.payment_cancelled": ("amount", "reason"),
    "applicant.payment_refunded": ("amount", "reason"),
    "applicant.result_corrected": ("reason",),
    "applicant.reopened": ("appointment", "reason", "basis"),
    "applicant.desk_wrote": ("text",),
    "applicant.calendar_revised": ("appointment",),
}
#: The facts of every mail: what it is about, and whom to ask.
COMMON = ("procedure", "code", "filed", "handling", "contact", "link", "progress")
_WAIT = "Bạn chưa phải làm gì; kết quả được trả vào ngày hẹn ghi dưới đây."
_FIX = "Đọc lý do ghi dưới đây. Khi đã khắc phục, bạn có thể nộp hồ sơ mới; chưa rõ thì hỏi nơi ghi dưới đây."
VIETNAMESE = Language(
    topics={
        "applicant.filed": Words(
            "Đã nhận hồ sơ",
            "Hồ sơ {code} đã được gửi đến bộ phận tiếp nhận.",
            "Bạn chưa phải làm gì. Bộ phận tiếp nhận kiểm tra hồ sơ rồi trả lời bạn đúng hạn.",
        ),
        "applicant.accepted": Words(
            "Hồ sơ {code} đã được tiếp nhận",
            "Hồ sơ {code} đã được tiếp nhận và đang được giải quyết.",
            _WAIT,
            "Bạn chưa phải làm gì. Giữ giấy tiếp nhận hồ sơ và hẹn trả kết quả, mang theo khi đến nhận kết quả.",
        ),
        "applicant.refused": Words(
            "Hồ sơ {code} bị từ chối tiếp nhận",
            "Hồ sơ {code} bị từ chối tiếp nhận.",
            _FIX,
            look="Xem lý do trong hồ sơ.",
        ),
        "applicant.supplement_asked": Words(
            "Yêu cầu bổ sung hồ sơ {code}",
            "Hồ sơ {code} cần được bổ sung, hoàn thiện.",
            "Gửi giấy tờ bổ sung đúng hạn ở trang hồ sơ của bạn. Quá hạn, hồ sơ dừng giải quyết.",
            "Mang hoặc gửi giấy tờ bổ sung đúng hạn đến nơi đã nộp hồ sơ. Quá hạn, hồ sơ dừng giải quyết.",
            look="Xem nội dung trong hồ sơ.",
        ),
        "applicant.result_ready": Words(
            "Hồ sơ {code} đã có kết quả", "Hồ sơ {code} đã có kết quả giải quyết.", "{fetch}"
        ),
        "applicant.withdrawn": Words(
            "Hồ sơ {code} đã được rút",
            "Hồ sơ {code} đã được rút theo yêu cầu.",
            "Bạn không phải làm gì thêm. Nếu bạn không yêu cầu rút hồ sơ, hãy báo ngay cho nơi ghi dưới đây.",
        ),
        "applicant.stopped": Words(
            "Hồ sơ {code} đã dừng giải quyết",
            "Việc giải quyết hồ sơ {code} đã dừng.",
            _FIX,
            look="Xem lý do trong hồ sơ.",
        ),
        "applicant.closed_unanswered": Words(
            "Hồ sơ {code} đã dừng giải quyết do không bổ sung",
            "Đã hết thời hạn bổ sung hồ sơ {code} mà chưa nhận được giấy tờ bổ sung, nên hồ sơ dừng giải quyết.",
            "Nếu vẫn cần giải quyết, bạn nộp hồ sơ mới.",
            look="Có thể nộp hồ sơ mới.",
        ),
        "applicant.transferred": Words(
            "Hồ sơ {code} được chuyển đến cơ quan có thẩm quyền",
            "Hồ sơ {code} được chuyển đến cơ quan có thẩm quyền.",
            "Từ nay hỏi cơ quan nhận hồ sơ về việc giải quyết.",
            look="Xem nơi nhận và lý do trong hồ sơ.",
        ),
        "applicant.suspended": Words(
            "Tạm dừng giải quyết hồ sơ {code}",
            "Việc giải quyết hồ sơ {code} tạm dừng.",
            "Bạn chưa phải làm gì. Khi hồ sơ được giải quyết tiếp, bạn được báo ngày hẹn.",
            look="Xem căn cứ và lý do trong hồ sơ.",
        ),
        "applicant.suspension_ended": Words(
            "Tiếp tục giải quyết hồ sơ {code}",
            "Việc giải quyết hồ sơ {code} được tiếp tục.",
            _WAIT,
            look="Xem ngày hẹn trả kết quả trong hồ sơ.",
        ),
        "applicant.obligation_set": Words(
            "Hồ sơ {code}: cần thực hiện nghĩa vụ tài chính",
            "Hồ sơ {code} chờ thực hiện nghĩa vụ tài chính.",
            "Nộp tiền theo thông báo, rồi gửi chứng từ ở trang hồ sơ của bạn. Hồ sơ chờ cho đến lúc đó.",
            "Nộp tiền theo thông báo, rồi đưa chứng từ đến nơi đã nộp hồ sơ. Hồ sơ chờ cho đến lúc đó.",
            look="Xem thông báo trong hồ sơ.",
        ),
        "applicant.appointed": Words(
            "Hồ sơ {code}: ngày hẹn trả kết quả",
            "Đã nhận chứng từ nghĩa vụ tài chính của hồ sơ {code}.",
            _WAIT,
            look="Xem ngày hẹn trả kết quả trong hồ sơ.",
        ),
        "applicant.extended": Words(
            "Gia hạn giải quyết hồ sơ {code}",
            "Thời hạn giải quyết hồ sơ {code} được gia hạn.",
            _WAIT,
            look="Xem lý do và ngày hẹn mới trong hồ sơ.",
        ),
        "applicant.reappointed": Words(
            "Xin lỗi và hẹn lại ngày trả kết quả hồ sơ {code}",
            "Cơ quan giải quyết xin lỗi và hẹn lại ngày trả kết quả hồ sơ {code}.",
            _WAIT,
            look="Xem lý do và ngày hẹn mới trong hồ sơ.",
        ),
        "applicant.rectified": Words(
            "Thông tin của hồ sơ {code} đã được đính chính",
            "Thông tin đã ghi trong hồ sơ {code} được đính chính.",
            "Xem lại thông tin của bạn trong hồ sơ; còn sai thì báo nơi ghi dưới đây.",
            "Hỏi nơi ghi dưới đây nếu cần biết thông tin nào đã được sửa.",
            look="Xem nội dung trong hồ sơ.",
        ),
        "applicant.disclosed": Words(
            "Dữ liệu của hồ sơ {code} được cung cấp cho bên thứ ba",
            "Dữ liệu của hồ sơ {code} đã được cung cấp theo quyết định của cơ quan giải quyết.",
            "Bạn không phải làm gì. Nếu thấy không đúng, hãy phản ánh với nơi ghi dưới đây.",
            look="Xem bên nhận, căn cứ và mục đích trong hồ sơ.",
        ),
        "applicant.fee_assessed": Words(
            "Hồ sơ {code}: phí, lệ phí phải nộp",
            "Đã xác định phí, lệ phí phải nộp của hồ sơ {code}.",
            "Nộp tiền ở trang hồ sơ của bạn hoặc tại nơi tiếp nhận.",
            "Nộp tiền tại nơi đã nộp hồ sơ.",
            look="Xem số tiền và thời điểm nộp trong hồ sơ.",
        ),
        "applicant.fee_exempted": Words(
            "Hồ sơ {code}: miễn, giảm phí, lệ phí",
            "Phí, lệ phí của hồ sơ {code} được miễn, giảm.",
            "Bạn không phải nộp số tiền được miễn, giảm.",
            look="Xem căn cứ và số tiền còn phải nộp trong hồ sơ.",
        ),
        "applicant.payment_recorded": Words(
            "Đã thu phí, lệ phí của hồ sơ {code}",
            "Đã ghi nhận tiền nộp phí, lệ phí của hồ sơ {code}.",
            "Bạn không phải làm gì thêm. Biên lai ở trang hồ sơ của bạn.",
            "Bạn không phải làm gì thêm. Giữ biên lai.",
            look="Xem biên lai trong hồ sơ.",
        ),
        "applicant.payment_cancelled": Words(
            "Hủy biên lai thu phí, lệ phí của hồ sơ {code}",
            "Một khoản thu phí, lệ phí của hồ sơ {code} bị hủy.",
            "Xem số tiền còn phải nộp ở trang hồ sơ của bạn.",
            "Hỏi nơi đã nộp hồ sơ về số tiền còn phải nộp.",
            look="Xem lý do và số tiền còn phải nộp trong hồ sơ.",
        ),
        "applicant.payment_refunded": Words(
            "Đã hoàn trả phí, lệ phí của hồ sơ {code}",
            "Tiền nộp phí, lệ phí của hồ sơ {code} được hoàn trả.",
            "Xem tiền đã đến chưa; chưa nhận được thì báo nơi ghi dưới đây.",
            look="Xem lý do, số tiền và hình thức hoàn trả trong hồ sơ.",
        ),
        "applicant.result_corrected": Words(
            "Kết quả của hồ sơ {code} đã được đính chính",
            "Kết quả đã trả của hồ sơ {code} có sai sót và đã được đính chính. Cơ quan giải quyết xin lỗi về sai sót này.",
            "Nhận bản đúng thay cho bản đã nhận. {fetch}",
            look="Xem kết quả đính chính và lý do trong hồ sơ.",
        ),
        "applicant.reopened": Words(
            "Hồ sơ {code} được giải quyết lại",
            "Hồ sơ {code} được giải quyết lại.",
            _WAIT,
            look="Xem căn cứ và ngày hẹn trả kết quả trong hồ sơ.",
        ),
        "applicant.desk_wrote": Words(
            "Hồ sơ {code}: tin nhắn của bộ phận một cửa",
            "Bộ phận một cửa đã viết cho bạn về hồ sơ {code}.",
            "Nếu cần trả lời, viết ở mục Hỏi đáp của trang hồ sơ; đừng trả lời thư này.",
            "Nếu cần trả lời, liên hệ nơi ghi dưới đây; đừng trả lời thư này.",
            look="Xem nội dung trong mục trao đổi của hồ sơ.",
        ),
        "applicant.calendar_revised": Words(
            "Ngày hẹn trả kết quả hồ sơ {code} thay đổi",
            "Lịch làm việc đã thay đổi, nên ngày hẹn trả kết quả hồ sơ {code} được tính lại.",
            _WAIT,
            look="Xem ngày hẹn mới trong hồ sơ.",
        ),
    },
    labels={
        "todo": "Việc cần làm",
        "reception_due": "Hạn trả lời",
        "appointment": "Ngày hẹn trả kết quả",
        "answer_due": "Hạn bổ sung",
        "expected_end": "Dự kiến giải quyết tiếp từ",
        "reason": "Lý do",
        "ground": "Lý do",
        "items": "Nội dung cần bổ sung",
        "basis": "Căn cứ",
        "title": "Khoản",
        "amount": "Số tiền",
        "fee_due": "Thời điểm nộp",
        "document": "Thông báo",
        "delivery": "Cách nhận kết quả",
        "to": "Cơ quan nhận hồ sơ",
        "authority": "Cơ quan nhận hồ sơ",
        "recipient": "Bên nhận",
        "purpose": "Mục đích",
        "text": "Nội dung",
        "procedure": "Thủ tục",
        "code": "Mã hồ sơ",
        "filed": "Đã nộp",
        "handling": "Nơi giải quyết",
        "contact": "Nơi tiếp nhận, trả lời câu hỏi",
        "link": "Trang hồ sơ của bạn",
        "progress": "Tra cứu tiến độ",
    },
    filed={"online": "trực tuyến", "desk": "tại bộ phận một cửa", "post": "qua bưu chính"},
    delivery={
        "counter": "tại bộ phận một cửa",
        "post": "qua bưu chính",
        "online": "bản điện tử",
    },
    fetch={
        "counter": "Đến nơi tiếp nhận ghi dưới đây để nhận kết quả; mang theo giấy tờ tùy thân và giấy hẹn trả kết quả, nếu có.",
        "post": "Bạn không phải đến nhận: kết quả được gửi qua bưu chính đến địa chỉ trong hồ sơ.",
        "online": "Nhận kết quả điện tử trong hồ sơ; chưa nhận được thì hỏi nơi ghi dưới đây.",
    },
    fee_due={
        "filing": "khi nộp hồ sơ",
        "reception": "khi hồ sơ được tiếp nhận",
        "supplement": "khi bổ sung hồ sơ",
        "return": "khi nhận kết quả",
    },
    telephone="{unit}, điện thoại {telephone}",
    instant="{time} ngày {day}",
    filed_on="{channel}, ngày {day}",
    amount="{number} đồng",
    group=".",
    automatic="Thư này được gửi tự động; xin đừng trả lời.",
    preferences="Chọn cách nhận thư: {address}",
)
_WAIT_ENGLISH = "Nothing for now; the result is given on the appointed day below."
_FIX_ENGLISH = "Read the reason below. Once it is mended you may file a new dossier; if it is not clear, ask the office below."
ENGLISH = Language(
    topics={
        "applicant.filed": Words(
            "Your dossier has come in",
            "Dossier {code} has been sent to the reception desk.",
            "Nothing for now. The reception desk looks at your dossier and answers you in time.",
        ),
        "applicant.accepted": Words(
            "Dossier {code} has been accepted",
            "Dossier {code} has been accepted and is being handled.",
            _WAIT_ENGLISH,
            "Nothing for now. Keep the receipt of your dossier, and bring it when you fetch the result.",
        ),
        "applicant.refused": Words(
            "Dossier {code} was not accepted",
            "Reception has refused dossier {code}.",
            _FIX_ENGLISH,
            look="The reason stands in the dossier.",
        ),
        "applicant.supplement_asked": Words(
            "Dossier {code}: a supplement is asked for",
            "Dossier {code} has to be supplemented.",
            "Send what is missing in time, on the page of your dossier. Without it the handling stops.",
            "Bring or send what is missing in time to the office where you filed. Without it the handling stops.",
            look="What is missing stands in the dossier.",
        ),
        "applicant.result_ready": Words(
            "Dossier {code} has its result", "The result of dossier {code} is ready.", "{fetch}"
        ),
        "applicant.withdrawn": Words(
            "Dossier {code} was withdrawn",
            "Dossier {code} was withdrawn as asked for.",
            "Nothing more. If you have not asked for it, tell the office below at once.",
        ),
        "applicant.stopped": Words(
            "The handling of dossier {code} has stopped",
            "The handling of dossier {code} has stopped.",
            _FIX_ENGLISH,
            look="The reason stands in the dossier.",
        ),
        "applicant.closed_unanswered": Words(
            "Dossier {code} was closed because no supplement came",
            "The time for the supplement of dossier {code} has passed without one, so the handling has stopped.",
            "If you still need the result, file a new dossier.",
            look="A new dossier may be filed.",
        ),
        "applicant.transferred": Words(
            "Dossier {code} goes to the competent authority",
            "Dossier {code} goes to the competent authority.",
            "From now on ask the authority that has it about its handling.",
            look="Which one, and why, stands in the dossier.",
        ),
        "applicant.suspended": Words(
            "The handling of dossier {code} is suspended",
            "The handling of dossier {code} is suspended.",
            "Nothing for now. You are told the appointed day when the handling goes on.",
            look="The basis and the reason stand in the dossier.",
        ),
        "applicant.suspension_ended": Words(
            "The handling of dossier {code} goes on",
            "The handling of dossier {code} goes on.",
            _WAIT_ENGLISH,
            look="The appointed day of the result stands in the dossier.",
        ),
        "applicant.obligation_set": Words(
            "Dossier {code}: a financial obligation has to be met",
            "Dossier {code} waits for a financial obligation to be met.",
            "Pay as the notice says, and send the proof on the page of your dossier. The dossier waits until then.",
            "Pay as the notice says, and bring the proof to the office where you filed. The dossier waits until then.",
            look="The notice stands in the dossier.",
        ),
        "applicant.appointed": Words(
            "Dossier {code}: the appointed day of the result",
            "The proof of payment of dossier {code} has come in.",
            _WAIT_ENGLISH,
            look="The appointed day of the result stands in the dossier.",
        ),
        "applicant.extended": Words(
            "The term of dossier {code} was extended",
            "The term of dossier {code} was extended.",
            _WAIT_ENGLISH,
            look="The reason and the new day stand in the dossier.",
        ),
        "applicant.reappointed": Words(
            "An apology and a new appointment: dossier {code}",
            "The handling authority apologises and makes a new appointment for dossier {code}.",
            _WAIT_ENGLISH,
            look="The reason and the new day stand in the dossier.",
        ),
        "applicant.rectified": Words(
            "What is recorded in dossier {code} was corrected",
            "What was recorded in dossier {code} was corrected.",
            "Look at what your dossier says of you; if it is still wrong, tell the office below.",
            "Ask the office below if you want to know what was corrected.",
            look="The corrections stand in the dossier.",
        ),
        "applicant.disclosed": Words(
            "Data of dossier {code} were given to a third party",
            "Data of dossier {code} were given out by a decision of the handling authority.",
            "Nothing. If you think it wrong, tell the office below.",
            look="To whom, on what basis and for what purpose stands in the dossier.",
        ),
        "applicant.fee_assessed": Words(
            "Dossier {code}: fees to be paid",
            "The fees of dossier {code} were assessed.",
            "Pay on the page of your dossier, or at the office below.",
            "Pay at the office where you filed.",
            look="The amount and when to pay it stand in the dossier.",
        ),
        "applicant.fee_exempted": Words(
            "Dossier {code}: exemption from fees",
            "Fees of dossier {code} were waived or reduced.",
            "You do not have to pay what was waived.",
            look="The basis and what is left to pay stand in the dossier.",
        ),
        "applicant.payment_recorded": Words(
            "Fees of dossier {code} were received",
            "A payment for dossier {code} was recorded.",
            "Nothing more. The receipt is on the page of your dossier.",
            "Nothing more. Keep the receipt.",
            look="The receipt stands in the dossier.",
        ),
        "applicant.payment_cancelled": Words(
            "A receipt of dossier {code} was cancelled",
            "A payment of dossier {code} was cancelled.",
            "See on the page of your dossier what is left to pay.",
            "Ask the office where you filed what is left to pay.",
            look="The reason and what is left to pay stand in the dossier.",
        ),
        "applicant.payment_refunded": Words(
            "Fees of dossier {code} were given back",
            "Fees of dossier {code} were given back.",
            "See whether the money has come; if not, tell the office below.",
            look="The reason, the amount and the way stand in the dossier.",
        ),
        "applicant.result_corrected": Words(
            "The result of dossier {code} was corrected",
            "The result of dossier {code} had a mistake and was corrected. The handling authority apologises for the mistake.",
            "Take the correct result in place of the one you have. {fetch}",
            look="The corrected result and the reason stand in the dossier.",
        ),
        "applicant.reopened": Words(
            "Dossier {code} is handled again",
            "Dossier {code} is handled again.",
            _WAIT_ENGLISH,
            look="The basis and the appointed day of the result stand in the dossier.",
        ),
        "applicant.desk_wrote": Words(
            "Dossier {code}: a message of the desk",
            "The desk has written to you about dossier {code}.",
            "To answer, write on the page of your dossier, under Questions; do not answer this mail.",
            "To answer, turn to the office below; do not answer this mail.",
            look="The message stands in the conversation of the dossier.",
        ),
        "applicant.calendar_revised": Words(
            "The appointed day of dossier {code} has changed",
            "The working calendar has changed, so the appointed day of dossier {code} was counted anew.",
            _WAIT_ENGLISH,
            look="The new day stands in the dossier.",
        ),
    },
    labels={
        "todo": "What to do",
        "reception_due": "Answer due",
        "appointment": "Appointed day of the result",
        "answer_due": "Supplement due",
        "expected_end": "Expected to go on from",
        "reason": "Reason",
        "ground": "Reason",
        "items": "What is missing",
        "basis": "Basis",
        "title": "Fee",
        "amount": "Amount",
        "fee_due": "To be paid",
        "document": "Notice",
        "delivery": "How the result comes",
        "to": "Authority that has it",
        "authority": "Authority that has it",
        "recipient": "Recipient",
        "purpose": "Purpose",
        "text": "Message",
        "procedure": "Procedure",
        "code": "Code of the dossier",
        "filed": "Filed",
        "handling": "Handled by",
        "contact": "Office that received it and answers questions",
        "link": "Page of your dossier",
        "progress": "Look up its progress",
    },
    filed={"online": "online", "desk": "at the one-stop desk", "post": "by post"},
    delivery={"counter": "at the one-stop desk", "post": "by post", "online": "as an electronic document"},
    fetch={
        "counter": "Fetch the result at the office below; bring your identity card and the receipt, if you have one.",
        "post": "You do not have to come: the result is sent by post to the address in the dossier.",
        "online": "Take the electronic result from the dossier; if it is not there, ask the office below.",
    },
    fee_due={
        "filing": "with the filing",
        "reception": "when the dossier is accepted",
        "supplement": "with the supplement",
        "return": "when the result is handed over",
    },
    telephone="{unit}, telephone {telephone}",
    instant="{time} on {day}",
    filed_on="{channel}, on {day}",
    amount="{number} VND",
    group=",",
    automatic="This mail was sent automatically; please do not answer it.",
    preferences="Choose how you are told: {address}",
)
