// ADR 0061
const saves = (ctx) => ctx.swap === "none" && ctx.request.form;
let leaving, waiting;
const failed = (ctx, why) => {
  if (saves(ctx)) changed.add(ctx.request.form);
  why ? unsent(why) : announce("");
  return !why;
};

htmx.registerExtension("hoso", {
  init(api) {
    api.initSecurity(window.trustedTypes?.createPolicy("hoso", { createHTML: (t) => t, createScript: () => "" }));
  },
  htmx_before_request(elt, { ctx }) {
    const { form, body } = ctx.request;
    if (form === leaving || !elt.isConnected) return false;
    // Queued.
    if (form?._nhap) {
      const now = new FormData(form);
      for (const [k, v] of body) if (k[0] === "_" && !now.has(k)) now.append(k, v);
      ctx.request.body = new URLSearchParams(now);
    }
    if (saves(ctx)) changed.delete(form);
    else {
      ctx.target.ariaBusy = true;
      ctx.focused = document.activeElement;
    }
    running.add(ctx);
  },
  htmx_after_request(elt, { ctx }) {
    const { status, url } = ctx.response.raw;
    if (url.includes("/dang-nhap")) {
      if (saves(ctx) || !elt.matches("form")) return failed(ctx, "over");
      location = url;
      return false;
    }
    // Its page says.
    if (status === 409 && saves(ctx)) return failed(ctx);
    if (status >= 400 && (ctx.swap === "none" || !/409|412|422/.test(status))) return failed(ctx, "wrong");
    if (!saves(ctx) || first("#noi.fault")) announce("");
  },
  htmx_error(elt, { ctx }) {
    if (ctx && ctx.sourceEvent.type !== "every") failed(ctx, "lost");
  },
  htmx_finally_request(elt, { ctx }) {
    running.delete(ctx);
    ctx.target.ariaBusy = null;
    setTimeout(() => {
      if (document.activeElement === document.body) ctx.focused?.focus();
      if (!waiting || busy(waiting.target)) return;
      waiting.target.requestSubmit(waiting.submitter);
      waiting = null;
    });
  },
});

// Saves first.
on("submit", (event) => {
  if (event.defaultPrevented) return;
  if (!busy(event.target)) return (leaving = event.target);
  event.preventDefault();
  waiting = event;
});
