/** Addresses and code of a public collection's run button (SHARE-7). */
export interface RunButton {
  /** A badge for a README. */
  readonly markdown: string;
  /** A button for a page, kept up to date by our script; without scripts it is a plain link. */
  readonly html: string;
  readonly buttonSvgUrl: string;
  readonly landingUrl: string;
}

const LABEL = 'Run in Postman';
const WIDTH = 136;
const HEIGHT = 32;

/** The page of a public collection's run button. */
export function landingUrl(publicUrl: string, elementId: string): string {
  return `${publicUrl}/run/${elementId}`;
}

/** The document of a public collection, as Postman and newman load it. */
export function collectionUrl(publicUrl: string, elementId: string): string {
  return `${landingUrl(publicUrl, elementId)}/collection.json`;
}

/** The run button of a collection. Nothing in it was typed by anyone, so it needs no escaping. */
export function runButton(publicUrl: string, elementId: string): RunButton {
  const landing = landingUrl(publicUrl, elementId);
  const image = `${landing}/button.svg`;
  return {
    markdown: `[![${LABEL}](${image})](${landing})`,
    html: [
      `<a class="doorlist-run-button" href="${landing}">`,
      `<img src="${image}" alt="${LABEL}" width="${WIDTH}" height="${HEIGHT}"></a>`,
      `<script async src="${publicUrl}/run/button.js"></script>`,
    ].join(''),
    buttonSvgUrl: image,
    landingUrl: landing,
  };
}

/** The button's picture. The text keeps its width whatever font there is. */
export const BUTTON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="label">
<title id="label">${LABEL}</title>
<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#1f5fbf"/>
<path d="M12 10v12l10-6z" fill="#ffffff"/>
<text x="29" y="21" font-family="system-ui, sans-serif" font-size="13" font-weight="600" fill="#ffffff" textLength="97" lengthAdjust="spacingAndGlyphs" aria-hidden="true">${LABEL}</text>
</svg>
`;
