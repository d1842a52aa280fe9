"""Messages of the coordinating function in words."""

#: Topic → subject and text; `subject` is the service, `due` the beginning or the end of a term.
WORDING = {
    "verification.done": (
        "Kiểm chứng toàn bộ đã xong",
        "Đã kiểm chứng: {moved} hồ sơ còn nguyên, {left} hồ sơ có sai khác; xem trong mục Kiểm toán.",
    ),
    "outage.reported": (
        "Sự cố: {subject}",
        "{unit} báo sự cố đối với {subject} từ {due}; xem nội dung và phối hợp khắc phục trong mục Sự cố.",
    ),
    "outage.unheard": (
        "Sự cố chưa báo được cho ai: {subject}",
        "{unit} báo sự cố đối với {subject} từ {due}, nhưng chưa có nơi nhận nào có người; xem trong mục Sự cố và ghi nơi nhận báo sự cố.",
    ),
    "outage.updated": (
        "Cập nhật sự cố: {subject}",
        "Có thông tin mới về sự cố đối với {subject} của {unit}; xem trong mục Sự cố.",
    ),
    "outage.acknowledged": (
        "{unit} đã biết sự cố: {subject}",
        "{unit} xác nhận đã biết sự cố đối với {subject} từ {due}; xem trong mục Sự cố.",
    ),
    "outage.resolved": (
        "Đã khắc phục sự cố: {subject}",
        "Sự cố đối với {subject} của {unit} đã được khắc phục; xem trong mục Sự cố.",
    ),
    "maintenance.announced": (
        "Bảo trì: {subject}",
        "{unit} bảo trì {subject} từ {due}; xem nội dung trong mục Sự cố, bảo trì.",
    ),
    "maintenance.cancelled": (
        "Hủy bảo trì: {subject}",
        "{unit} hủy lần bảo trì {subject} định bắt đầu lúc {due}.",
    ),
    "feedback.forwarded": (
        "Góp ý chuyển đến {unit}",
        "{unit} được chuyển một góp ý; xem và trả lời trước {due} trong mục Góp ý.",
    ),
    "feedback.answered": (
        "Trả lời góp ý {subject}",
        "{unit} đã trả lời góp ý {subject} của bạn.",
    ),
    "urging.asked": (
        "Đôn đốc, kiểm tra: {unit}",
        "{unit} được đôn đốc hoặc kiểm tra; xem nội dung và trả lời trước {due} trong mục Đôn đốc, kiểm tra.",
    ),
    "urging.answered": (
        "Đã trả lời đôn đốc, kiểm tra: {unit}",
        "{unit} đã trả lời; xem trong mục Đôn đốc, kiểm tra.",
    ),
}
#: The same in English.
ENGLISH = {
    "verification.done": (
        "Everything has been verified",
        "Verified: {moved} dossiers are whole, {left} differ; see Audit.",
    ),
    "outage.reported": (
        "Outage: {subject}",
        "{unit} reports an outage of {subject} since {due}; see Outages.",
    ),
    "outage.unheard": (
        "Outage told to nobody: {subject}",
        "{unit} reports an outage of {subject} since {due}, and no recipient has anybody; see Outages and name who is told of them.",
    ),
    "outage.updated": (
        "News of an outage: {subject}",
        "There is news of the outage of {subject} of {unit}; see Outages.",
    ),
    "outage.acknowledged": (
        "{unit} knows of the outage: {subject}",
        "{unit} says that it knows of the outage of {subject} since {due}; see Outages.",
    ),
    "outage.resolved": (
        "Outage resolved: {subject}",
        "The outage of {subject} of {unit} is resolved; see Outages.",
    ),
    "maintenance.announced": (
        "Maintenance: {subject}",
        "{unit} maintains {subject} from {due}; see Outages and maintenance.",
    ),
    "maintenance.cancelled": (
        "Maintenance cancelled: {subject}",
        "{unit} cancels the maintenance of {subject} that was to begin {due}.",
    ),
    "feedback.forwarded": (
        "Feedback forwarded to {unit}",
        "Feedback was forwarded to {unit}; read and answer it by {due} under Feedback.",
    ),
    "feedback.answered": (
        "Answer to feedback {subject}",
        "{unit} has answered your feedback {subject}.",
    ),
    "urging.asked": (
        "Called upon: {unit}",
        "{unit} is urged or inspected; read it and answer before {due} under Urgings and inspections.",
    ),
    "urging.answered": ("Answered: {unit}", "{unit} has answered; see Urgings and inspections."),
}
