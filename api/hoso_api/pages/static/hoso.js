// ADR 0061 lists the attributes.
const root = document.documentElement;
root.classList.add("js");

const WORDS = {
  unsent: ["chưa gửi được. Nội dung vẫn còn ở đây.", "not sent. What you typed is still here."],
  lost: ["Mất kết nối", "No connection"],
  wrong: ["Có lỗi", "Something went wrong"],
  over: ["Phiên làm việc đã hết, nhấn một nút để đăng nhập lại", "Your session is over, press a button to sign in again"],
  sending: ["đang gửi", "sending"],
  sent: ["đã gửi", "sent"],
  failed: ["chưa gửi được", "not sent"],
  large: ["lớn hơn mức cho phép", "larger than allowed"],
  waiting: ["tệp đang gửi; chờ gửi xong", "files are being sent; wait for them"],
  cancel: ["Hủy", "Cancel"],
  again: ["Thử lại", "Try again"],
};
const word = (name) => WORDS[name][root.lang === "en" ? 1 : 0];
const all = (sought, within = document) => [...within.querySelectorAll(sought)];
const first = (sought) => document.querySelector(sought);
const announce = (text, fault) => {
  const noi = first("#noi");
  noi.replaceChildren(text);
  noi.className = fault ? "notice fault" : "unseen";
};
const unsent = (why) => announce(`${word(why)}; ${word("unsent")}`, true);
const on = (name, act) => document.addEventListener(name, act);
const running = new Set();
const busy = (form) => [...running].some((ctx) => ctx.request.form === form);

// No keys where something is typed, with modifiers, while an input method composes.
const typed = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const rowOf = (element) => element.closest("[data-danh-sach] :is(tr, li)");
const row = () => rowOf(document.activeElement);
const step = (by) => {
  const links = all("[data-danh-sach] :is(th[scope=row] a, a[data-chinh])");
  const here = links.findIndex((link) => row()?.contains(link));
  links[here < 0 && by < 0 ? links.length - 1 : here + by]?.focus();
};
const marked = (key) => {
  const sought = `[data-phim="${key}"]`;
  return row()?.querySelector(sought) ?? all(sought).find((one) => !rowOf(one));
};
const KEYS = {
  __proto__: null,
  j: () => step(1),
  k: () => step(-1),
  x: () => row()?.querySelector("[type=checkbox]")?.click(),
  "]": () => first("a[rel=next]")?.click(),
  "[": () => first("a[rel=prev]")?.click(),
  "/": () => first("[role=search] input:not([type=hidden])")?.focus(),
};
on("keydown", (event) => {
  if (root.dataset.phim === "tat" || event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
  const field = typed(event.target);
  if (event.ctrlKey) {
    if (event.key !== "Enter" || !field?.form) return;
    event.preventDefault();
    field.form.querySelector("button:not([type=button])")?.click();
    return;
  }
  const act = KEYS[event.key] ?? ("ntl?".includes(event.key) && (() => marked(event.key)?.click()));
  if (field || !act) return;
  event.preventDefault();
  act();
});

// The browser asks before a changed form is left.
const changed = new Set();
on("input", ({ target: { form } }) => {
  if (form?.method === "post" && !form.matches("[data-tu-luu], [data-tai-len], [role=search], :has([type=password])")) changed.add(form);
});
on("submit", (event) => {
  const left = all("[data-dang-gui=co]").length;
  if (!left) return event.submitter?.formTarget || changed.delete(event.target);
  event.preventDefault();
  announce(`${left} ${word("waiting")}`);
});
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// One box ticks the others.
on("change", ({ target }) => {
  const every = target.form?.querySelector("[data-tat-ca]");
  if (!every || target.type !== "checkbox") return;
  const boxes = all("[type=checkbox]:not([data-tat-ca])", target.form);
  if (target === every) boxes.forEach((box) => (box.checked = every.checked));
  const ticked = boxes.filter((box) => box.checked).length;
  every.checked = ticked === boxes.length;
  every.indeterminate = ticked > 0 && ticked < boxes.length;
});

// Each chosen file is sent at once; its line tells how far it is.
const send = (form, picker, file, line, key = crypto.randomUUID()) => {
  const request = new XMLHttpRequest();
  const body = new FormData(form);
  body.set(picker.name, file);
  body.set("_khoa", key);
  const [text, button] = line.children;
  let quarter = -1;
  const tell = (said, aloud = true) => {
    text.textContent = `${file.name}: ${said}`;
    if (aloud) announce(text.textContent);
  };
  const failed = () => {
    line.dataset.dangGui = "hong";
    tell(word("failed"));
    button.textContent = word("again");
    button.onclick = () => send(form, picker, file, line, key);
  };
  line.dataset.dangGui = "co";
  button.textContent = word("cancel");
  button.onclick = () => request.abort();
  request.upload.onprogress = ({ loaded, total }) => {
    const percent = Math.floor((100 * loaded) / total);
    tell(`${word("sending")} ${percent} %`, percent >= 25 * (quarter + 1));
    quarter = Math.floor(percent / 25);
  };
  request.onload = () => {
    if (request.status >= 400 || request.responseURL.includes("/dang-nhap")) return failed();
    delete line.dataset.dangGui;
    button.remove();
    tell(word("sent"));
    if (!first("[data-dang-gui]")) location.reload();
  };
  request.onerror = request.onabort = failed;
  request.open("POST", form.action);
  request.send(body);
};
on("change", ({ target: picker }) => {
  const form = picker.closest("form[data-tai-len]");
  if (picker.type !== "file" || !form) return;
  for (const file of picker.files) {
    const line = form.querySelector("output").appendChild(document.createElement("p"));
    const button = Object.assign(document.createElement("button"), { type: "button" });
    line.append(document.createElement("span"), button);
    if (file.size > (form.dataset.toiDa || Infinity)) {
      line.firstChild.textContent = `${file.name}: ${word("large")}`;
      button.remove();
    } else send(form, picker, file, line);
  }
  picker.value = "";
});
