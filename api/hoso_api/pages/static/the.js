// <hoso-danh-muc co-quan="…"> becomes a list of procedures; what stands inside stays where that fails.
// Frames of ours on the same page get the height of what they show.
(() => {
  const { origin } = new URL(document.currentScript.src);
  const WORDS = ["co-quan", "linh-vuc", "cap", "muc-do", "q", "tu"];
  const link = (href, text) => {
    const a = document.createElement("a");
    a.href = href;
    a.textContent = text;
    return a;
  };
  class Catalogue extends HTMLElement {
    async connectedCallback() {
      if (this.dataset.xong) return;
      this.dataset.xong = "co";
      const asked = new URLSearchParams({ tu: location.hostname });
      for (const word of WORDS) if (this.hasAttribute(word)) asked.set(word, this.getAttribute(word));
      try {
        const answer = await fetch(`${origin}/nhung/danh-muc.json?${asked}`, { credentials: "omit" });
        if (!answer.ok) return;
        const found = await answer.json();
        const list = document.createElement("ul");
        for (const each of found.items) {
          const item = document.createElement("li");
          item.append(link(each.address, each.name));
          list.append(item);
        }
        const foot = document.createElement("p");
        foot.append(link(found.address, found.owner));
        this.replaceChildren(list, foot);
      } catch {
        // The link inside is still there.
      }
    }
  }
  customElements.get("hoso-danh-muc") ?? customElements.define("hoso-danh-muc", Catalogue);
  addEventListener("message", (event) => {
    if (event.origin !== origin || !(event.data?.hoso > 0)) return;
    for (const frame of document.querySelectorAll("iframe"))
      if (frame.contentWindow === event.source) frame.height = Math.min(Math.ceil(event.data.hoso), 20000);
  });
})();
