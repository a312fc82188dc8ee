// Keeps the list of orders fresh: new ones appear, changed ones change, without a touch. What the courier is just
// filling in is left alone, and without a connection the last known list stays.
const every = Number(document.querySelector("[data-fresh]").dataset.fresh) * 1000;

const busy = () => document.hidden || document.querySelector("details[open], [data-sent]");

const look = async () => {
  if (!busy()) {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.redirected) location.assign(answer.url);
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const main = page.querySelector("main");
        const shown = document.querySelector("main");
        if (!busy() && main.textContent !== shown.textContent) shown.replaceChildren(...main.children);
      }
    } catch {
      // No connection: ask again later.
    }
  }
  setTimeout(look, every);
};
setTimeout(look, every);
