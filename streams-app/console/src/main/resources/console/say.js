// Live regions: what has just happened.
let timer;

/** For all to see, for a while. */
export function say(text) {
  tell('said', text);
  clearTimeout(timer);
  timer = setTimeout(() => tell('said', ''), 8000);
}

/** For those who listen: those who look see the rows that are marked. */
export const whisper = text => tell('heard', text);

function tell(id, text) {
  const region = document.getElementById(id);
  if (region) region.textContent = text;
}
