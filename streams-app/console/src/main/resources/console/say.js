// Messages in live regions.
let timer;

/** Shows a message for 8 s. */
export function say(text) {
  tell('said', text);
  clearTimeout(timer);
  timer = setTimeout(() => tell('said', ''), 8000);
}

/** A message for screen readers only; others see the marked rows. */
export const whisper = text => tell('heard', text);

function tell(id, text) {
  const region = document.getElementById(id);
  if (region) region.textContent = text;
}
