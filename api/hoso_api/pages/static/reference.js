// The REST API to read and to try, made of the description that this installation serves.
window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: "/v1/openapi.json",
    dom_id: "#reference",
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    tagsSorter: "alpha",
    validatorUrl: null, // asks nobody else
    persistAuthorization: false, // a token stays in no browser
  });
});
