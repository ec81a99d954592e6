// Tells those who listen and those who look what has just happened.
let timer;

export function say(text) {
  const region = document.getElementById('said');
  if (!region) return;
  region.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { region.textContent = ''; }, 8000);
}
