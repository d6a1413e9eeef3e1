// Two people, with matrix-js-sdk as it comes from npm, in every topology.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TOPOLOGIES, Topology } from "../topology/topology.mjs";
import { bodies, eventually, newUser, patiently, sdk } from "./matrix.mjs";

const only = process.env.PLEXUS_TEST_TOPOLOGY;
const { EventTimeline, Preset, ReceiptType } = sdk;

for (const kind of TOPOLOGIES.filter((each) => !only || each === only)) {
  describe(`two users, ${kind}`, () => {
    let plexus, alice, bob, roomId;

    const membership = (client, userId) => client.getRoom(roomId)?.getMember(userId)?.membership;
    const expectSame = async (expected) => {
      for (const client of [alice, bob]) {
        await eventually(
          `${client.getUserId()} has ${expected.length} messages, has ${bodies(client, roomId).length}`,
          () => bodies(client, roomId).length >= expected.length,
        );
        assert.deepEqual([...bodies(client, roomId)].sort(), [...expected].sort());
      }
      assert.deepEqual(bodies(alice, roomId), bodies(bob, roomId), "both see the same order");
    };

    before(async () => {
      plexus = await Topology.start(kind);
      alice = await newUser(plexus.urls[0], "alice");
      bob = await newUser(plexus.urls.at(-1), "bob");
    });
    after(async () => {
      alice?.stopClient();
      bob?.stopClient();
      await plexus?.stop();
    });

    const sent = [];
    const say = async (client, text) => {
      sent.push(text);
      const txnId = `txn-${text}`;
      const room = client.getRoom(roomId);
      let failed = null;
      return patiently(async () => {
        // A message that failed stays with the SDK, which sends it again under its transaction id.
        if (failed) return client.resendEvent(failed, room);
        try {
          return await client.sendEvent(roomId, "m.room.message", { msgtype: "m.text", body: text }, txnId);
        } finally {
          failed = room.getPendingEvents().find((event) => event.getTxnId() === txnId) ?? null;
        }
      });
    };

    test("register, create a room, invite and join", async () => {
      ({ room_id: roomId } = await alice.createRoom({ preset: Preset.PrivateChat, name: "Tea", topic: "and biscuits" }));
      await alice.invite(roomId, bob.getUserId());
      await eventually("bob is invited", () => membership(bob, bob.getUserId()) === "invite");
      assert.equal(bob.getRoom(roomId).name, "Tea");
      await bob.joinRoom(roomId);
      await eventually("alice sees bob join", () => membership(alice, bob.getUserId()) === "join");
      await eventually("bob is joined", () => bob.getRoom(roomId).getMyMembership() === "join");
    });

    test("exchange 200 messages both ways", async () => {
      for (let i = 0; i < 100; ++i) {
        await Promise.all([say(alice, `a${i}`), say(bob, `b${i}`)]);
        // A client that falls behind by more than a timeline's limit is given a gap, rightly, and drops what was before.
        if (i % 20 === 19) await expectSame(sent);
      }
      await expectSame(sent);
      const own = alice.getRoom(roomId).getLiveTimeline().getEvents().filter((e) => e.getSender() === alice.getUserId());
      const ids = own.map((event) => event.getId());
      assert.equal(new Set(ids).size, ids.length, "no event twice");
      assert.ok(ids.every((id) => id.startsWith("$")), "every local echo was replaced by its event");
    });

    test("typing, receipts and profile reach the other", async () => {
      await alice.sendTyping(roomId, true, 20_000);
      await eventually("bob sees alice typing", () => bob.getRoom(roomId).getMember(alice.getUserId())?.typing);
      await alice.sendTyping(roomId, false, 0);
      await eventually("and stop", () => !bob.getRoom(roomId).getMember(alice.getUserId()).typing);
      const last = bob.getRoom(roomId).getLiveTimeline().getEvents().at(-1);
      await bob.sendReceipt(last, ReceiptType.Read);
      await eventually("alice sees that bob has read", () =>
        alice.getRoom(roomId).hasUserReadEvent(bob.getUserId(), last.getId()),
      );
      await bob.setDisplayName("Bob the Builder");
      await eventually("alice sees bob's new name", () =>
        alice.getRoom(roomId).getMember(bob.getUserId())?.name.startsWith("Bob the Builder"),
      );
    });

    test("redact a message", async () => {
      const target = bob.getRoom(roomId).getLiveTimeline().getEvents().find((event) => event.getContent().body === "a7");
      await alice.redactEvent(roomId, target.getId());
      sent.splice(sent.indexOf("a7"), 1);
      await eventually("bob sees it redacted", () => target.isRedacted());
      await expectSame(sent);
    });

    test("set power levels", async () => {
      await alice.setPowerLevel(roomId, bob.getUserId(), 50);
      await eventually("bob is a moderator", () => bob.getRoom(roomId).getMember(bob.getUserId()).powerLevel === 50);
      await assert.rejects(bob.setPowerLevel(roomId, bob.getUserId(), 100), { errcode: "M_FORBIDDEN" });
    });

    test("be kicked and rejoin", async () => {
      await alice.kick(roomId, bob.getUserId(), "tea break");
      await eventually("bob is out", () => bob.getRoom(roomId).getMyMembership() === "leave");
      await assert.rejects(bob.sendTextMessage(roomId, "hello?"), { errcode: "M_FORBIDDEN" });
      bob.cancelPendingEvent(bob.getRoom(roomId).getPendingEvents()[0]);
      await alice.invite(roomId, bob.getUserId());
      await eventually("bob is invited again", () => bob.getRoom(roomId).getMyMembership() === "invite");
      await bob.joinRoom(roomId);
      await eventually("bob is back", () => bob.getRoom(roomId).getMyMembership() === "join");
      await say(bob, "thank you");
      await eventually("alice hears bob", () => bodies(alice, roomId).includes("thank you"));
    });

    test("scroll back to the beginning of the room", async () => {
      const fresh = await newUser(plexus.urls[0], "carol");
      try {
        await alice.invite(roomId, fresh.getUserId());
        await eventually("carol is invited", () => fresh.getRoom(roomId));
        await fresh.joinRoom(roomId);
        await eventually("carol has joined", () => fresh.getRoom(roomId).getMyMembership() === "join");
        const timeline = fresh.getRoom(roomId).getLiveTimeline();
        for (let page = 0; page < 40; ++page) {
          if (!(await fresh.paginateEventTimeline(timeline, { backwards: true, limit: 50 }))) break;
        }
        assert.deepEqual([...bodies(fresh, roomId)].sort(), [...sent].sort());
        assert.equal(timeline.getPaginationToken(EventTimeline.BACKWARDS), null);
      } finally {
        fresh.stopClient();
      }
    });

    test("miss nothing through a restart of each role in turn", async () => {
      for (const each of [...plexus.processes]) {
        const before = sent.length;
        const restarted = each.restart();
        for (let i = 0; i < 5; ++i) {
          await Promise.all([say(alice, `${each.name} a${i}`), say(bob, `${each.name} b${i}`)]);
        }
        await restarted;
        const during = sent.slice(before);
        for (const client of [alice, bob]) {
          await eventually(
            `${client.getUserId()} has what was said while ${each.name} restarted`,
            () => during.every((text) => bodies(client, roomId).includes(text)),
            90_000,
          );
          const got = bodies(client, roomId);
          assert.equal(new Set(got).size, got.length, "nothing twice");
        }
      }
      assert.deepEqual(bodies(alice, roomId).slice(-10), bodies(bob, roomId).slice(-10));
    });
  });
}
