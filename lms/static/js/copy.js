// Beside each text marked data-copy stands a button that copies it; without JavaScript the text is selected by hand.

for (const source of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  const words = document.createElement("span");
  words.textContent = source.dataset.copy;
  button.setAttribute("aria-label", `${source.dataset.copy}: ${source.dataset.what}`);
  button.append(words);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    words.textContent = source.dataset.copied;
    document.getElementById("copied").textContent = `${source.dataset.copied}: ${source.dataset.what}`;
    setTimeout(() => { words.textContent = source.dataset.copy; }, 2000);
  });
  source.after(button);
}
