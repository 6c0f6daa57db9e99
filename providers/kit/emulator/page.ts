/** A text as HTML content or attribute value. */
export function escapeHtml(text: string): string {
  const marks: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}

/** A whole page in the sandbox's look. `color` is an accent; `head`, `body` and `script` are trusted markup. */
export function page(options: {
  title: string;
  body: string;
  color?: string;
  head?: string;
  script?: string;
  bodyClass?: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(options.title)}</title>
<style>${STYLE}:root{--accent:${escapeHtml(options.color ?? '#3f6b5c')}}</style>
${options.head ?? ''}
</head>
<body class="${escapeHtml(options.bodyClass ?? '')}">
${options.body}
${options.script === undefined ? '' : `<script>${options.script}</script>`}
</body>
</html>`;
}

const STYLE = `
:root{--bg:#f5f4f1;--card:#fff;--ink:#1d1f1e;--soft:#5d625f;--line:#dedcd6;--field:#fff;--hover:#f0eeea;
--ok:#1f6b45;--bad:#a52a21;--warn:#7d5200;--shadow:0 1px 2px #0000000f,0 12px 32px -12px #00000026;--solid:#1d1f1e;--on-solid:#fff}
@media (prefers-color-scheme:dark){:root{--bg:#141615;--card:#1c1f1e;--ink:#ecedea;--soft:#a3a8a4;--line:#333836;
--field:#141615;--hover:#262a28;--ok:#7fd0a4;--bad:#ff9d92;--warn:#e8bd6a;--shadow:0 1px 2px #0006,0 16px 40px -12px #0009;--solid:#ecedea;--on-solid:#141615}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1,h2,h3{line-height:1.2;letter-spacing:-.012em;margin:0;text-wrap:balance}
h1{font-size:1.5rem}h2{font-size:1.1rem}h3{font-size:.95rem}
p{margin:0}
a{color:inherit;text-underline-offset:3px}
code,.mono{font:.86em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
button,input,select{font:inherit;color:inherit}
button,.button{display:inline-flex;align-items:center;justify-content:center;gap:.45em;min-height:40px;padding:.4rem .95rem;border:1px solid var(--line);
border-radius:9px;background:var(--card);cursor:pointer;font-weight:550;text-decoration:none;white-space:nowrap}
button:hover{background:var(--hover)}
button.primary{background:var(--solid);border-color:var(--solid);color:var(--on-solid)}
button.primary:hover{opacity:.88}
button.danger{color:var(--bad)}
button.small{min-height:32px;padding:.15rem .65rem;font-size:.87rem}
button:disabled{opacity:.5;cursor:default}
input,select{min-height:40px;width:100%;padding:.4rem .7rem;border:1px solid var(--line);border-radius:9px;background:var(--field)}
:focus-visible{outline:3px solid color-mix(in srgb,var(--accent) 70%,var(--ink));outline-offset:2px}
label{display:block;font-size:.87rem;font-weight:550}
label>input,label>select{margin-top:.25rem;font-weight:400}
.soft{color:var(--soft)}.small-text{font-size:.87rem}.ok{color:var(--ok)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px}
.mark{display:grid;place-items:center;flex:none}.mark svg{display:block;width:100%;height:100%}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:no-preference){button{transition:background .12s,opacity .12s}}
`;
