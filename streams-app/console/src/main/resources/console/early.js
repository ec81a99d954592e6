// Runs before the first paint, so that a dark console does not flash white.
try {
  const theme = localStorage.getItem('leaktrace.theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage may be disabled: the system's theme is used */ }
