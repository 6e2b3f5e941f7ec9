import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Settling } from "../../static/js/draw/messages/debounced_announcer.js";

let heard;
let settling;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  heard = [];
  settling = new Settling((text) => heard.push(text));
});

test("only what stays is said, and said once", () => {
  settling.later("I see a cat!");
  settling.later("I see a dog!");
  mock.timers.tick(1200);
  settling.later("I see a dog!");
  mock.timers.tick(1200);
  assert.deepEqual(heard, ["I see a dog!"]);
});

test("after it was taken back the same may be said again", () => {
  for (const text of ["I see a cat!", "", "I see a cat!"]) {
    settling.later(text);
    mock.timers.tick(1200);
  }
  assert.deepEqual(heard, ["I see a cat!", "", "I see a cat!"]);
});

test("what cannot wait is said at once, and what waited is forgotten", () => {
  settling.later("I see a cat!");
  settling.now("Thank you!");
  mock.timers.tick(1200);
  assert.deepEqual(heard, ["Thank you!"]);
});
