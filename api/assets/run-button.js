/* global document -- runs in browsers */
// Keeps run buttons on pages elsewhere up to date: names the collection as it is called now, and takes the button away
// when the collection is no longer public. Whatever fails, the plain link stays.
(() => {
  const base = new URL('.', document.currentScript.src).href;
  for (const link of document.querySelectorAll('a.doorlist-run-button:not([data-live])')) {
    if (!link.href.startsWith(base)) continue;
    link.dataset.live = '';
    fetch(`${link.href}/button.json`)
      .then(async (response) => {
        link.hidden = response.status === 404;
        if (!response.ok) return;
        const { name } = await response.json();
        const label = `Run “${name}” in Postman`;
        link.title = label;
        const image = link.querySelector('img');
        if (image !== null) image.alt = label;
      })
      .catch(() => undefined);
  }
})();
