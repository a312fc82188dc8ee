// Small comforts on top of forms that work without them.

// Filters: <form data-autosubmit> is sent when a choice changes; its button is then not needed.
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.classList.add("is-automatic");
  form.addEventListener("change", (event) => {
    if (event.target.type !== "number" || event.target.validity.valid) form.requestSubmit();
  });
}

// Fields left empty need not show up in the address.
for (const form of document.querySelectorAll('form[method="get"]')) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

// A second click on a button that sends a form is not a second order.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}
// Pages that come back from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

// Whoever has sent a form with mistakes lands at the list of them.
document.getElementById("errors")?.focus();
