"""Messages about the catalogue of procedures in words."""

#: Topic → subject and text; `subject` is the procedure's name and code, `moved` a number of entries.
WORDING = {
    "unit.catalogue_changed": (
        "Danh mục thủ tục thay đổi: {subject}",
        "Thông tin của thủ tục {subject} trong danh mục đã thay đổi; xem nội dung thay đổi trong mục Danh mục.",
    ),
    "unit.catalogue_imported": (
        "Danh mục thủ tục thay đổi: {moved} thủ tục của {unit}",
        "{moved} thủ tục của {unit} đã được nhập vào danh mục hoặc thay đổi; xem trong mục Danh mục.",
    ),
    "draft.procedure_changed": (
        "Thủ tục đã thay đổi: {subject}",
        "Thông tin của thủ tục {subject}, mà bạn đang có hồ sơ nháp, đã thay đổi; hãy xem lại thành phần hồ sơ và biểu mẫu trước khi nộp.",
    ),
}
#: The same in English.
ENGLISH = {
    "unit.catalogue_changed": (
        "Catalogue changed: {subject}",
        "What the catalogue says of the procedure {subject} has changed; see the changes under Catalogue.",
    ),
    "unit.catalogue_imported": (
        "Catalogue changed: {moved} procedures of {unit}",
        "{moved} procedures of {unit} were entered in the catalogue or changed; see Catalogue.",
    ),
    "draft.procedure_changed": (
        "Procedure changed: {subject}",
        "What is published of the procedure {subject}, of which you keep a draft, has changed; look at its papers and forms again before you file.",
    ),
}
