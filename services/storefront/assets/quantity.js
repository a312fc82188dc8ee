// Plus and minus beside a quantity. In the cart they are buttons of the form and work by themselves; here typing a
// number sends the form, too.
for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const input = stepper.querySelector("input");
  if (stepper.dataset.stepper === "submit") {
    stepper.closest("form").classList.add("is-automatic");
    input.addEventListener("change", () => input.form.requestSubmit());
    continue;
  }
  const buttons = stepper.querySelectorAll("button[data-step]");
  const settle = () => {
    const value = Number(input.value) || Number(input.min);
    for (const button of buttons) {
      const next = value + Number(button.dataset.step);
      button.disabled = next < Number(input.min) || next > Number(input.max);
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = (Number(input.value) || 0) + Number(button.dataset.step);
      settle();
    });
  }
  input.addEventListener("input", settle);
  settle();
}
