"use strict";
(() => {
	const $ = (selector, from = document) => from.querySelector(selector);
	const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
	const root = document.documentElement;
	root.classList.add("js");

	// Marks: the lines to keep (by their text; true for the beginning of a long
	// one) and the rules to switch off.
	const keeps = new Map();
	const off = new Set();

	const cards = $$(".drop");
	const page = 40;
	let room = page;
	let found = cards;
	const filter = {};

	// exact returns the text of a marked line, as it was read.
	const exact = (line) => line.dataset.line === undefined ? line.textContent : JSON.parse(line.dataset.line);

	function toggle(map, key, value) {
		if (map.has(key)) map.delete(key);
		else if (map === off) map.add(key);
		else map.set(key, value);
	}

	function keep(at) {
		const line = $(".line", at);
		if (!line || !$(".keep", at)) return;
		toggle(keeps, exact(line), "cut" in line.dataset);
		showMarks();
	}

	function switchOff(at) {
		toggle(off, at.dataset.rule);
		showMarks();
	}

	const many = (n, one, more) => n.toLocaleString("en") + " " + (n === 1 ? one : more);

	function showMarks() {
		for (const at of $$("[data-rule]")) {
			const button = $(".keep", at);
			const kept = button !== null && keeps.has(exact($(".line", at)));
			if (button) button.setAttribute("aria-pressed", kept);
			const isOff = off.has(at.dataset.rule);
			const rule = $(".off", at);
			if (rule) rule.setAttribute("aria-pressed", isOff);
			at.classList.toggle("saved", kept || isOff);
		}
		const said = [];
		if (keeps.size) said.push(many(keeps.size, "line to keep", "lines to keep"));
		if (off.size) said.push(many(off.size, "rule off", "rules off"));
		$("#marks").textContent = said.join(", ");
		$("#bar").hidden = said.length === 0;
	}

	// quoted returns a text as a scalar of YAML.
	const quoted = (text) => JSON.stringify(text).replace(
		/[\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\ufffb]/g,
		(c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

	function yaml() {
		const lines = ["# Made by hand from a report of tamis. These drops were wrong."];
		if (keeps.size) lines.push("keeps:");
		for (const [text, cut] of keeps) lines.push(cut ? "  - starts: " + quoted(text.replace(/…$/, "")) : "  - " + quoted(text));
		if (off.size) lines.push("off:");
		for (const rule of [...off].sort()) lines.push("  - " + quoted(rule));
		return lines.join("\n") + "\n";
	}

	let saved = "";
	function review() {
		if (keeps.size + off.size === 0) return;
		const text = yaml();
		$("#yaml").textContent = text;
		const link = $("#save");
		URL.revokeObjectURL(link.href);
		link.href = URL.createObjectURL(new Blob([text], {type: "application/yaml"}));
		$("#pack").showModal();
		link.focus();
	}

	// Filters and order.
	function apply() {
		const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
		const matches = (at) => Object.entries(filter).every(([by, value]) => at.dataset[by] === undefined || at.dataset[by] === value);
		found = cards.filter((card) => {
			if (!matches(card)) return false;
			if (words.length === 0) return true;
			card.words ??= card.textContent.toLowerCase() + " " + card.dataset.site.toLowerCase();
			return words.every((word) => card.words.includes(word));
		});
		const by = $("#order").value;
		const down = by === "stake" || by === "length";
		if (by !== "sure") found.sort((a, b) => (a.dataset[by] - b.dataset[by]) * (down ? -1 : 1));
		for (const card of cards) card.classList.add("out");
		found.slice(0, room).forEach((card) => {
			card.classList.remove("out");
			$("#cards").append(card);
		});
		$("#more").hidden = found.length <= room;
		$("#stake").hidden = by === "stake";
		for (const row of $$(".wide tbody tr[data-rule]")) {
			row.classList.toggle("out", !matches(row) || !words.every((word) => (row.words ??= row.textContent.toLowerCase()).includes(word)));
		}
		const filtered = words.length || Object.keys(filter).length;
		$("#shown").textContent = filtered ? many(found.length, "example", "examples") : told;
		$("#filters").replaceChildren(...Object.entries(filter).map(([by, value]) => {
			const chip = document.createElement("button");
			chip.type = "button";
			chip.className = "chip";
			chip.textContent = value === "" ? "no " + by : value;
			chip.setAttribute("aria-label", "take away the filter " + by + " " + value);
			chip.addEventListener("click", () => choose(by, value));
			return chip;
		}));
		for (const table of $$("aside table")) {
			for (const button of $$("tbody button", table)) button.setAttribute("aria-pressed", filter[table.dataset.by] === button.value);
		}
	}
	const told = $("#shown").textContent;

	function choose(by, value) {
		if (filter[by] === value) delete filter[by];
		else filter[by] = value;
		room = page;
		apply();
	}

	function clear() {
		for (const by of Object.keys(filter)) delete filter[by];
		$("#search").value = "";
		room = page;
		document.activeElement?.blur(); // a card that is put away keeps the focus for a moment
		apply();
	}

	function show(view) {
		for (const section of $$(".view")) section.classList.toggle("on", section.id === view);
		for (const button of $$("nav button")) button.setAttribute("aria-pressed", button.dataset.view === view);
	}

	// Keys.
	const current = () => document.activeElement?.closest?.(".drop");
	function move(by) {
		show("drops");
		const at = found.indexOf(current());
		const to = at < 0 ? 0 : at + by;
		if (to < 0 || to >= found.length) return;
		if (to >= room) {
			room += page;
			apply();
		}
		found[to].focus({preventScroll: true});
		found[to].scrollIntoView({block: "nearest"});
	}

	const keys = {
		j: () => move(1),
		k: () => move(-1),
		x: () => current() && keep(current()),
		o: () => current() && switchOff(current()),
		"/": () => { show("drops"); $("#search").focus(); },
		s: review,
		"?": () => $("#help").showModal(),
		Escape: clear,
	};

	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
		if (event.target.matches("input, select")) {
			if (event.key === "Escape") clear();
			if (event.key === "Escape" || event.key === "Enter" && event.target.id === "search") event.target.blur();
			return;
		}
		const action = event.key === "Enter" && event.target.matches(".drop") ? keys.x : keys[event.key];
		if (!action) return;
		event.preventDefault();
		action();
	});

	document.addEventListener("click", (event) => {
		const button = event.target.closest("button, #save");
		if (!button) return;
		const at = button.closest("[data-rule]");
		const table = button.closest("aside table");
		if (button.id === "save") saved = yaml();
		else if (button.matches(".keep")) keep(at);
		else if (button.matches(".off")) switchOff(at);
		else if (button.matches(".close")) button.closest("dialog").close();
		else if (button.matches(".all")) {
			for (const row of $$(".rest", button.parentElement.previousElementSibling)) row.classList.remove("rest");
			button.parentElement.remove();
		} else if (button.dataset.view) show(button.dataset.view);
		else if (table) choose(table.dataset.by, button.value);
	});
	$("#search").addEventListener("input", () => { room = page; apply(); });
	$("#stake").addEventListener("click", () => { $("#order").value = "stake"; room = page; apply(); });
	$("#order").addEventListener("change", () => { room = page; apply(); });
	$(".tools").addEventListener("submit", (event) => event.preventDefault());
	$("#more").addEventListener("click", () => { room += page; apply(); });
	$("#keys").addEventListener("click", () => $("#help").showModal());
	$("#review").addEventListener("click", review);
	addEventListener("beforeunload", (event) => {
		if (keeps.size + off.size > 0 && saved !== yaml()) event.preventDefault();
	});

	show("drops");
	apply();
})();
