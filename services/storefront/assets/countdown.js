// Counts the time to pay down. The server said what time it was when it made the page, so a wrong clock on the
// visitor's side does no harm. When the time is over, the page is asked for anew.
for (const timer of document.querySelectorAll("[data-countdown]")) {
  const left = Date.parse(timer.dataset.countdown) - Date.parse(timer.dataset.now);
  const end = performance.now() + left;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    timer.classList.toggle("is-urgent", seconds < 180);
    if (seconds === 0) {
      clearInterval(clock);
      setTimeout(() => location.replace(location.pathname), 2000);
    }
  };
  const clock = setInterval(tick, 1000);
  tick();
}
