// Suggestions below the search box: a combobox (WAI-ARIA APG, "editable, list autocomplete") on top of a form that works
// without it. Enter without a choice sends the form, as ever.
const DELAY = 150;
const SHORTEST = 2;
const REMEMBERED = 50;

const input = document.getElementById("search");
const form = input.form;
const list = document.getElementById("search-list");
const status = document.getElementById("search-status");
const lang = document.documentElement.lang;
const known = new Map();
let timer = 0;
let request = null;
let chosen = -1;

const close = () => {
  clearTimeout(timer);
  request?.abort();
  list.hidden = true;
  list.replaceChildren();
  status.textContent = "";
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  chosen = -1;
};

const choose = (index) => {
  const options = list.children;
  options[chosen]?.setAttribute("aria-selected", "false");
  // One step beyond either end is the box itself.
  chosen = index < -1 ? options.length - 1 : index >= options.length ? -1 : index;
  const option = options[chosen];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  } else {
    input.removeAttribute("aria-activedescendant");
  }
};

const price = ({ amount, currency }) =>
  new Intl.NumberFormat(lang, {
    style: "currency",
    currency,
    minimumFractionDigits: amount % 100 ? 2 : 0,
    maximumFractionDigits: amount % 100 ? 2 : 0,
  }).format(amount / 100);

const make = (tag, className, text = "") => {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
};

// The smallest form of a picture is large enough here; WebP is shown by every browser that runs modules.
const picture = (image) => {
  const box = make("span", "suggest__picture");
  if (image) {
    const small = image.variants?.find((variant) => variant.format === "webp") ?? image;
    const img = make("img", "");
    img.src = `/api/catalog/v1/media/${encodeURIComponent(small.key)}`;
    img.alt = "";
    img.width = 48;
    img.height = 48;
    box.append(img);
  }
  return box;
};

const option = (item, index) => {
  const row = make("li", "suggest__option");
  row.id = `search-option-${index}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  if (item.kind === "category") {
    row.dataset.to = `/catalogue?category=${encodeURIComponent(item.code)}`;
    row.append(make("span", "suggest__name", item.name[lang]), make("span", "suggest__about", list.dataset.category));
  } else {
    row.dataset.to = `/products/${encodeURIComponent(item.slug)}`;
    row.append(
      picture(item.image),
      make("span", "suggest__name", item.name[lang]),
      make("span", "suggest__about", item.category[lang]),
    );
    if (item.price) row.append(make("span", "suggest__price number", price(item.price)));
  }
  return row;
};

const show = (items) => {
  // Kinds that this page does not know yet are left out.
  const shown = items.filter((item) => item.kind === "category" || item.kind === "product");
  if (shown.length === 0 || document.activeElement !== input) {
    close();
    status.textContent = shown.length === 0 ? list.dataset.none : "";
    return;
  }
  list.replaceChildren(...shown.map(option));
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  choose(-1);
  status.textContent = `${list.dataset.found} ${shown.length}`;
};

const ask = async (words) => {
  request?.abort();
  if (known.has(words)) {
    show(known.get(words));
    return;
  }
  const own = (request = new AbortController());
  try {
    const answer = await fetch(`/api/catalog/v1/suggestions?q=${encodeURIComponent(words)}`, {
      headers: { accept: "application/json" },
      signal: own.signal,
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { items } = await answer.json();
    if (known.size === REMEMBERED) known.delete(known.keys().next().value);
    known.set(words, items);
    if (own === request && !own.signal.aborted) show(items);
  } catch {
    // Overtaken by the next letter, or no answer: the form works without.
    if (own === request && !own.signal.aborted) close();
  }
};

input.addEventListener("input", (event) => {
  if (event.isComposing) return;
  clearTimeout(timer);
  const words = input.value.trim().replace(/\s+/g, " ");
  if (words.length < SHORTEST) close();
  else timer = setTimeout(ask, DELAY, words);
});

input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const open = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const words = input.value.trim().replace(/\s+/g, " ");
    if (open) choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    else if (words.length >= SHORTEST) ask(words);
    else return;
    event.preventDefault();
  } else if (event.key === "Escape" && open) {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && open && chosen >= 0) {
    event.preventDefault();
    location.assign(list.children[chosen].dataset.to);
  }
});

// Pressing must not take the focus from the box: the list would close before the click.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const row = event.target.closest("[role=option]");
  if (row) location.assign(row.dataset.to);
});
input.addEventListener("blur", close);
form.addEventListener("submit", close);

input.setAttribute("role", "combobox");
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-expanded", "false");
input.setAttribute("aria-controls", list.id);
