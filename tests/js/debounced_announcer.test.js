import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { DebouncedAnnouncer } from "../../static/js/draw/messages/debounced_announcer.js";

let heard;
let announcer;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  heard = [];
  announcer = new DebouncedAnnouncer((text) => heard.push(text));
});

test("only what stays is said, and said once", () => {
  announcer.announce("I see a cat!");
  announcer.announce("I see a dog!");
  mock.timers.tick(1200);
  announcer.announce("I see a dog!");
  mock.timers.tick(1200);
  assert.deepEqual(heard, ["I see a dog!"]);
});

test("after it was taken back the same may be said again", () => {
  for (const text of ["I see a cat!", "", "I see a cat!"]) {
    announcer.announce(text);
    mock.timers.tick(1200);
  }
  assert.deepEqual(heard, ["I see a cat!", "", "I see a cat!"]);
});

test("what cannot wait is said at once, and what waited is forgotten", () => {
  announcer.announce("I see a cat!");
  announcer.announceNow("Thank you!");
  mock.timers.tick(1200);
  assert.deepEqual(heard, ["Thank you!"]);
});
