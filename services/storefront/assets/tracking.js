// Asks where the order stands and shows the page anew when it has moved on.
const order = document.querySelector("[data-track]");
const every = Number(order.dataset.every) * 1000;

const look = async () => {
  if (!document.hidden) {
    try {
      const answer = await fetch(order.dataset.track, { headers: { accept: "application/json" } });
      if (answer.ok && (await answer.json()).status !== order.dataset.status) {
        location.replace(location.pathname);
        return;
      }
    } catch {
      // No connection: ask again later.
    }
  }
  setTimeout(look, every);
};
setTimeout(look, every);
