// Copies the code behind the # of a link into the form, and takes it out of the address.
window.addEventListener("DOMContentLoaded", () => {
  const code = window.location.hash.slice(1);
  const field = document.getElementById("ma");
  if (!code || !field || field.value) return;
  field.value = code;
  window.history.replaceState(null, "", window.location.pathname);
});
