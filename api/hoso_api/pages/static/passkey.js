// Passkeys: asks this device for one, or to make one. Without this script password and code do as well.
const ADDRESSES = {
  "dang-nhap": { begin: "/dang-nhap/khoa/bat-dau", end: "/dang-nhap/khoa" },
  "xac-thuc-lai": { begin: "/dang-nhap/khoa/bat-dau", end: "/xac-thuc-lai/khoa" },
  "tai-khoan": { begin: "/tai-khoan/khoa/bat-dau", end: "/tai-khoan/khoa" },
};

const post = async (address, body) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

const asked = async (options) =>
  options.user
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

const use = async (part, way) => {
  const { publicKey } = await post(way.begin, {});
  const found = await asked(publicKey);
  const label = part.querySelector("input")?.value ?? "";
  const said = { answer: found.toJSON(), onward: part.dataset.onward };
  const { onward } = await post(way.end, publicKey.user ? { answer: said.answer, label } : said);
  window.location.assign(onward);
};

window.addEventListener("DOMContentLoaded", () => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const part of document.querySelectorAll("[data-passkey]")) {
    // The first one is said where none names the browser's error.
    const faults = [...part.querySelectorAll("[data-fault]")];
    part.hidden = false;
    part.querySelector("button").addEventListener("click", async () => {
      for (const fault of faults) fault.hidden = true;
      try {
        await use(part, ADDRESSES[part.dataset.passkey]);
      } catch (error) {
        (faults.find((fault) => fault.dataset.fault === error.name) ?? faults[0]).hidden = false;
      }
    });
  }
});
