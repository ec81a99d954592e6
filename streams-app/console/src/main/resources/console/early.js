// Runs before anything is painted, so that a dark console does not flash white.
try {
  const theme = localStorage.getItem('leaktrace.theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage may be forbidden: the system's theme is shown */ }
