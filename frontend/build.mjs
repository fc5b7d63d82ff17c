// Makes the stylesheets, static/css/site.css of the site and admin.css of the admin: docs/frontend.md. The same sources give the same bytes.
// `node build.mjs --check` writes nothing and fails where the file that is there is another.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const HERE = import.meta.dirname;
const PROJECT = resolve(HERE, "..");
const MOST_BYTES = 30_000; // after gzip
const NOTICE = "/*! Made by frontend/build.mjs: change its sources, not this file. Contains USWDS 3 and normalize.css; see NOTICE. */\n";
const ADMINS_NOTICE = "/*! Made by frontend/build.mjs: change its sources, not this file. It comes after Django's own. */\n";

// Where classes are named: whatever looks like a word in these files is taken for one. Not in folders named admin: what
// they name is in a stylesheet of its own.
const NAMING = { templates: [".html"], static: [".js"], config: [".py"], directory: [".py"], referrals: [".py"] };

// What stands in no file of ours: elements that Django's forms write, and what htmx sets while it waits.
const FROM_OUTSIDE = ["fieldset", "input", "label", "legend", "optgroup", "option", "select", "textarea", "htmx-request"];

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The design system with this project's colors and typeface. */
function designSystem() {
  const { css } = sass.compile(join(HERE, "uswds.scss"), {
    loadPaths: [join(HERE, "node_modules/@uswds/uswds/packages")],
    quietDeps: true,
  });
  const root = postcss.parse(css);
  root.walkComments((comment) => comment.remove());
  root.walkAtRules("font-face", (face) => face.remove());
  root.walkDecls((declaration) => {
    declaration.value = declaration.value.replaceAll("/usa-icons/", "/");
    if (declaration.prop === "font-family") declaration.value = "var(--font)";
  });
  return root;
}

function recolored(root) {
  const tokens = JSON.parse(readFileSync(join(HERE, "uswds-colors.json"), "utf8"));
  root.walkDecls((declaration) => {
    const isText = declaration.prop === "color" || declaration.prop === "-webkit-text-fill-color";
    declaration.value = declaration.value
      .replace(/#[0-9a-f]{3,8}\b/gi, (color) => (tokens[color] ? `var(${tokens[color]})` : color))
      .replace(/(?<![\w-])black(?![\w-])/g, "var(--ink)")
      .replace(/(?<![\w-])white(?![\w-])/g, isText ? "var(--on-petrol)" : "var(--surface)");
  });
  return root.toString();
}

function files(folder, endings) {
  return readdirSync(join(PROJECT, folder), { recursive: true })
    .filter((name) => endings.includes(extname(name)) && !name.startsWith("admin/"))
    .sort()
    .map((name) => readFileSync(join(PROJECT, folder, name), "utf8"));
}

/**
 * Classes put together where they are used: ev--{{ tier }} stands for all that begin with ev--, k{{ n }} for k0, k1 ...,
 * {kind}--error for all that end in --error.
 */
function composed(text) {
  const beginnings = [...text.matchAll(/([a-z][\w-]*-)(?=\$?\{)/gi)].map(([, word]) => new RegExp(`^${word}`));
  const numbered = [...text.matchAll(/["\s]([a-z]+)(?=\{\{)/gi)].map(([, word]) => new RegExp(`^${word}\\d+$`));
  const endings = [...text.matchAll(/(?<=[}"'])--[a-z][\w-]*/gi)].map(([word]) => new RegExp(`${word}$`));
  return [...beginnings, ...numbered, ...endings];
}

async function used(css) {
  const texts = Object.entries(NAMING).flatMap(([folder, endings]) => files(folder, endings));
  const [result] = await new PurgeCSS().purge({
    content: texts.map((raw) => ({ raw, extension: "txt" })),
    css: [{ raw: css }],
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist: [...FROM_OUTSIDE, ...texts.flatMap(composed)],
    dynamicAttributes: ["aria-pressed", "aria-current", "open", "hidden"],
  });
  return result.css;
}

/** Whatever would fail only later, when the files are collected or a visitor's device is dark. */
function checked(name, css) {
  for (const [, path] of css.matchAll(/url\("?\.\.\/([^")]+)"?\)/g)) {
    if (!existsSync(join(PROJECT, "static", path))) fail(`There is no static/${path}, which a rule wants.`);
  }
  const size = gzipSync(css, { level: 9 }).length;
  if (size > MOST_BYTES) fail(`${name}: ${size} bytes after gzip; ${MOST_BYTES} are the most: leave something out.`);
  console.log(`static/css/${name}: ${css.length} bytes, ${size} after gzip`);
  return css;
}

function finish(name, notice, css) {
  const target = join(PROJECT, "static/css", name);
  const built = checked(name, notice + css + "\n");
  if (!process.argv.includes("--check")) writeFileSync(target, built);
  else if (!existsSync(target) || readFileSync(target, "utf8") !== built) {
    fail(`static/css/${name} is not what its sources make. Build it: npm run build --prefix frontend`);
  }
}

const COMPRESSED = { style: "compressed", charset: false };
const own = sass.compile(join(HERE, "site.scss")).css;
const system = await used(recolored(designSystem()));
const strays = [...new Set(system.match(/#[0-9a-f]{3,8}\b|(?<![\w-])(?:white|black)(?![\w-])|rgba?\([^)]*\)/gi))];
if (strays.length) fail(`These colors of the design system have no token in uswds-colors.json: ${strays.join(", ")}`);
finish("site.css", NOTICE, sass.compileString(system + (await used(own)), COMPRESSED).css);
// Nothing is left out of it: most of its rules are for what Django's own templates name.
finish("admin.css", ADMINS_NOTICE, sass.compile(join(HERE, "admin.scss"), COMPRESSED).css);
