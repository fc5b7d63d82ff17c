// Pages made to be printed: a button, instead of the words that stand there without JavaScript, if there are any.

const part = document.querySelector("[data-print]");
part.querySelector("button").addEventListener("click", () => window.print());
part.hidden = false;
document.querySelector("[data-without]")?.remove();
