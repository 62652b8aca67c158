// Shows /api/openapi.json. Every text is set as text, never as markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];

function element(name, properties, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function schemaName(schema) {
  return schema.$ref.split("/").pop();
}

// One line that says the shape: `string`, `Message[]`, `integer or null`.
function shape(schema) {
  if (!schema || schema === true) return "anything";
  if (schema.$ref) return schemaName(schema);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  for (const [key, word] of [["oneOf", " | "], ["anyOf", " | "], ["allOf", " & "]]) {
    if (schema[key]) return schema[key].map(shape).join(word);
  }
  const types = [schema.type].flat().filter(Boolean);
  const text = types.map((type) => (type === "array" ? `${shape(schema.items)}[]` : type)).join(" | ");
  return text ? text + (schema.format ? ` (${schema.format})` : "") : "anything";
}

function parts(schema) {
  return [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
}

// The fields of a schema; a name leads to that schema's own entry.
function fields(schema) {
  if (!schema) return null;
  if (schema.$ref) {
    const name = schemaName(schema);
    return element("p", {}, element("a", { href: `#schema-${name}`, textContent: name }));
  }
  const inner = parts(schema);
  if (inner.length > 0) return element("div", {}, ...inner.map(fields));
  if (schema.type === "array") return element("div", {}, element("p", { className: "quiet", textContent: "A list of" }), fields(schema.items));
  if (!schema.properties) return element("p", {}, element("code", { textContent: shape(schema) }));
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties).map(([name, field]) =>
    element("tr", {},
      element("td", {}, element("code", { textContent: name + (required.has(name) ? "" : "?") })),
      element("td", {}, element("code", { textContent: shape(field) })),
      element("td", { textContent: field.description ?? "" })));
  return element("table", {}, element("tbody", {}, ...rows));
}

function content(body) {
  const kinds = Object.entries(body?.content ?? {});
  return kinds.map(([kind, { schema }]) =>
    element("div", {}, element("p", { className: "quiet", textContent: kind }), fields(schema)));
}

function parameters(list) {
  if (list.length === 0) return [];
  const rows = list.map((parameter) =>
    element("tr", {},
      element("td", {}, element("code", { textContent: parameter.name + (parameter.required ? "" : "?") })),
      element("td", { textContent: parameter.in }),
      element("td", {}, element("code", { textContent: shape(parameter.schema) })),
      element("td", { textContent: parameter.description ?? "" })));
  return [element("h4", { textContent: "Parameters" }), element("table", {}, element("tbody", {}, ...rows))];
}

function route(path, method, operation, shared) {
  const title = element("summary", {},
    element("span", { className: `method ${method}`, textContent: method }),
    element("code", { textContent: path }),
    element("span", { className: "quiet", textContent: operation.summary ? ` ${operation.summary}` : "" }));
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) =>
    element("details", {},
      element("summary", {}, element("code", { textContent: status }), ` ${answer.description ?? ""}`),
      ...content(answer)));
  const body = operation.requestBody;
  return element("details", { className: "route" }, title,
    operation.description ? element("p", { textContent: operation.description }) : null,
    operation.security?.some((way) => way.bearer) ? element("p", { className: "quiet", textContent: "Needs an access token." }) : null,
    ...parameters([...shared, ...(operation.parameters ?? [])]),
    ...(body ? [element("h4", { textContent: "Body" }), ...content(body)] : []),
    element("h4", { textContent: "Answers" }), ...answers);
}

function show(api) {
  document.getElementById("title").textContent = `${api.info.title} ${api.info.version}`;
  document.getElementById("about").textContent = api.info.description ?? "";
  const tags = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push(route(path, method, item[method], item.parameters ?? []));
    }
  }
  const sections = [...tags].sort(([a], [b]) => a.localeCompare(b)).map(([tag, routes]) =>
    element("section", {}, element("h2", { textContent: tag }), ...routes));
  const schemas = Object.entries(api.components?.schemas ?? {}).map(([name, schema]) =>
    element("details", { id: `schema-${name}`, className: "route" },
      element("summary", {}, element("code", { textContent: name }), element("span", { className: "quiet", textContent: ` ${schema.description ?? ""}` })),
      fields(schema)));
  sections.push(element("section", {}, element("h2", { textContent: "Schemas" }), ...schemas));
  document.getElementById("content").replaceChildren(...sections);
  openNamed();
}

// A link to a schema opens it.
function openNamed() {
  const named = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (named instanceof HTMLDetailsElement) {
    named.open = true;
    named.scrollIntoView();
  }
}

document.getElementById("filter").addEventListener("input", (event) => {
  const word = event.target.value.trim().toLowerCase();
  for (const entry of document.querySelectorAll(".route")) {
    entry.classList.toggle("hidden", word !== "" && !entry.textContent.toLowerCase().includes(word));
  }
});
window.addEventListener("hashchange", openNamed);

fetch("/api/openapi.json")
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
  .then(show)
  .catch((error) => {
    document.getElementById("content").textContent = `The document cannot be read: ${error.message}`;
  });
