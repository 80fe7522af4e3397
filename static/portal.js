// Everything works without this file; it saves a few steps for those who have it.
"use strict";

// A form that came back with errors: begin at the summary, which links to the fields.
const focusErrors = (root) => root.querySelector("[data-error-summary]")?.focus();

focusErrors(document);
document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));

// A filter's address names only what was chosen, so that it can be read and shared.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-omit-empty]")) return;
  for (const [name, value] of [...event.formData]) {
    if (value === "") event.formData.delete(name);
  }
});

// Buttons that need this file are hidden without it.
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A place field asks for places by what is typed in it, whatever its name; too little asks for nothing.
document.addEventListener("htmx:configRequest", (event) => {
  const field = event.target;
  if (!field.matches("[data-places]")) return;
  const typed = field.value.trim();
  const isChosen = [...field.list.options].some((option) => option.value === field.value);
  if (typed.length < 2 || isChosen) event.preventDefault();
  event.detail.parameters = { q: typed };
});
