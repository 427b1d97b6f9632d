// What the pages gain where JavaScript runs: the search key, dialogs, and words when a part could not be loaded.
// Nothing here is needed: every page works without it.

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector('[data-key="/"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  const open = link.closest("dialog[open]");
  if (open && "close" in link.dataset) {
    event.preventDefault();
    open.close();
    return;
  }
  const target = document.getElementById(link.hash.slice(1));
  if (target instanceof HTMLDialogElement) {
    event.preventDefault();
    target.showModal();
  }
});

function say(text) {
  const region = document.getElementById("flash");
  const notice = document.createElement("div");
  notice.className = "notice bad";
  const words = document.createElement("p");
  words.textContent = text;
  notice.append(words);
  region.replaceChildren(notice);
  region.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:sendError", () => say(document.getElementById("flash").dataset.offline));
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const told = page.querySelector("[data-says]");
  say(told ? told.textContent.trim() : document.getElementById("flash").dataset.failed);
});
