/**
 * The kitchen on the page: shows it, and lets hands do what the model does by functions.
 *
 * The page of chapter 7 uses it.
 */

import { setText } from "../chapter_05/chat-view.js";
import { capital, nameOf, timeInWords, timeOnClock } from "./kitchen-words.js";
import { chartOf, drawChart } from "./temperature-chart.js";

/**
 * @import {KitchenClock} from "./kitchen-clock.js"
 * @import {Kitchen, Recipe, Timer} from "./kitchen.js"
 */

export class KitchenView {
  #place;
  #clock;
  /** @type {Map<Timer, HTMLLIElement>} */
  #timers = new Map();
  /** What is drawn now; the rest of the page is left alone. */
  #list = "";
  /** @type {Recipe | null} */
  #recipe = null;
  #measured = -1;

  /**
   * @param {(id: string) => any} place Finds an element of the page.
   * @param {KitchenClock} clock
   */
  constructor(place, clock) {
    this.#place = place;
    this.#clock = clock;
    place("oven-off").onclick = () => {
      clock.change((kitchen) => kitchen.setOven(null, "user"));
      place("oven-heading").focus();
    };
    place("chart-toggle").onclick = () => {
      clock.change((kitchen) => (kitchen.isCharted = !kitchen.isCharted));
    };
    place("step-back").onclick = () => clock.change((kitchen) => kitchen.turn(-1));
    place("step-next").onclick = () => clock.change((kitchen) => kitchen.turn(1));
    clock.addEventListener("change", () => this.#render());
    this.#render();
  }

  #render() {
    const { kitchen } = this.#clock;
    this.#showTimers(kitchen);
    this.#showList(kitchen);
    this.#showRecipe(kitchen);
    this.#showOven(kitchen);
  }

  /** @param {Kitchen} kitchen */
  #showTimers({ timers, nowMs }) {
    this.#place("no-timers").hidden = timers.length > 0;
    for (const [timer, item] of this.#timers) {
      if (timers.includes(timer)) continue;
      const hadFocus = item.contains(document.activeElement);
      item.remove();
      this.#timers.delete(timer);
      if (hadFocus) this.#place("timers-heading").focus();
    }
    for (const timer of timers) {
      const item = this.#timers.get(timer) ?? this.#addTimer(timer);
      item.dataset.ringing = String(timer.isRinging);
      const left = timer.isRinging ? "rings" : timeOnClock(timer.endsMs - nowMs);
      setText(item.querySelector(".left"), left);
      const passed = 1 - (timer.endsMs - nowMs) / timer.lengthMs;
      const bar = /** @type {HTMLProgressElement} */ (item.querySelector("progress"));
      bar.value = Math.min(1, passed);
      setText(item.querySelector("button"), timer.isRinging ? "Silence" : "Remove");
    }
  }

  /** @param {Timer} timer */
  #addTimer(timer) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = `${timer.kind ? capital(timer.kind) : "Timer"}, ${timeInWords(timer.lengthMs)}`;
    const left = Object.assign(document.createElement("span"), { className: "left" });
    left.setAttribute("role", "timer");
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", `How much of ${nameOf(timer)} has passed`);
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.onclick = () => {
      this.#clock.change((kitchen) => kitchen.removeTimer(timer, "user"));
    };
    item.append(name, left, bar, button);
    this.#place("timers").append(item);
    this.#timers.set(timer, item);
    return item;
  }

  /** @param {Kitchen} kitchen */
  #showList({ shopping }) {
    const list = shopping.join("\n");
    if (list === this.#list) return;
    this.#list = list;
    this.#place("no-shopping").hidden = shopping.length > 0;
    this.#place("shopping").replaceChildren(
      ...shopping.map((thing) => {
        const item = document.createElement("li");
        const button = Object.assign(document.createElement("button"), { type: "button" });
        button.textContent = "Remove";
        button.setAttribute("aria-label", `Remove ${thing}`);
        button.onclick = () => {
          this.#clock.change((kitchen) => kitchen.removeItem(thing));
          this.#place("shopping-heading").focus();
        };
        const text = Object.assign(document.createElement("span"), { textContent: thing });
        item.append(text, button);
        return item;
      }),
    );
  }

  /** @param {Kitchen} kitchen */
  #showRecipe({ recipe, step }) {
    this.#place("no-recipe").hidden = recipe !== null;
    this.#place("recipe").hidden = recipe === null;
    if (!recipe) return;
    if (recipe !== this.#recipe) {
      this.#recipe = recipe;
      setText(this.#place("recipe-title"), recipe.title);
      setText(this.#place("ingredients"), recipe.ingredients.join(", "));
      this.#place("steps").replaceChildren(
        ...recipe.steps.map((text) =>
          Object.assign(document.createElement("li"), { textContent: text }),
        ),
      );
    }
    [...this.#place("steps").children].forEach((item, at) => {
      if (at === step) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    this.#place("step-back").disabled = step <= 0;
    this.#place("step-next").disabled = step >= recipe.steps.length - 1;
  }

  /** @param {Kitchen} kitchen */
  #showOven({ setting, ovenC, isCharted, measurements }) {
    const { celsius } = setting;
    const isHot = celsius !== null && ovenC === celsius;
    setText(this.#place("oven-now"), `${Math.round(ovenC)} °C`);
    const heating = isHot ? `holds ${celsius} °C` : `heats up to ${celsius} °C`;
    setText(this.#place("oven-state"), celsius === null ? "off" : heating);
    this.#place("oven").dataset.heating = String(celsius !== null);
    this.#place("oven-off").disabled = celsius === null;
    this.#place("chart").hidden = !isCharted;
    this.#place("chart-toggle").setAttribute("aria-expanded", String(isCharted));
    setText(this.#place("chart-toggle"), isCharted ? "Hide the chart" : "Chart");
    const measured = measurements[measurements.length - 1].atMs;
    if (!isCharted || measured === this.#measured) return;
    this.#measured = measured;
    const chart = chartOf(measurements, celsius);
    drawChart(this.#place("chart-drawing"), this.#place("chart-rows"), chart);
  }
}
