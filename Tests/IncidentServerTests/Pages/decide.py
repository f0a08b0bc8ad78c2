"""Decides on recommendations in a headless Chromium: `decide.py ADDRESS CHROMIUM VIEWER ANN BOB`, three tokens.

Prints `ok WHAT` or `not ok WHAT: WHY` for each thing.
"""

import sys
from playwright.sync_api import sync_playwright

address, chromium, viewer, ann, bob = sys.argv[1:]
INCIDENT = address + "/incidents/INC-1"


def check(what, holds, why=""):
    print(f"ok {what}" if holds else f"not ok {what}: {why}", flush=True)


def signed_in(browser, token, **options):
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(120_000)  # The tests run on busy machines.
    page.goto(address + "/sign-in?next=/incidents/INC-1")
    page.locator("input[name=token]").fill(token)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/incidents/INC-1")
    return page


def advice(page, name):
    return page.locator(f"#{name}")


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

    page = signed_in(browser, viewer)
    check("a viewer reads and decides nothing",
          "touch" in advice(page, "P1").text_content() and page.locator("#decisions button").count() == 0)

    # Without scripts, by a form, with the answer on a page.
    plain = signed_in(browser, ann, java_script_enabled=False)
    stale = signed_in(browser, bob, java_script_enabled=False)
    advice(plain, "P1").get_by_text("Amend its inputs").click()
    plain.locator("#P1-word").fill("done")
    advice(plain, "P1").get_by_role("button", name="Amend").click()
    plain.locator("#P1-word").wait_for(state="attached")
    advice(plain, "P1").get_by_role("button", name="Approve").click()
    check("one of two approvals", "ann; 1 more needed" in advice(plain, "P1").text_content(), advice(plain, "P1").text_content())
    advice(plain, "P1").get_by_role("button", name="Approve").click()
    check("one person is one", "has approved P1 already" in plain.locator("main").text_content())
    plain.get_by_role("link", name="Go back").click()
    check("the refusal leads back", plain.url.endswith("/incidents/INC-1"))
    advice(plain, "P2").get_by_text("Reject", exact=True).first.click()
    plain.locator("#P2-because").select_option("too-risky")
    plain.locator("#P2-reason").fill("it is <b>peak</b> time")
    advice(plain, "P2").get_by_role("button", name="Reject").click()
    check("rejected with its reason", "too-risky: it is <b>peak</b> time" in advice(plain, "P2").text_content())

    # With scripts: one watches, the other decides.
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.reload()
    page.wait_for_selector(".connection.on")
    live = signed_in(browser, bob)
    advice(live, "P1").get_by_role("button", name="Approve").click()
    advice(live, "P1").get_by_role("button", name="Run it now").wait_for()
    check("approved by two", "ann, bob" in advice(live, "P1").text_content())
    advice(live, "P1").get_by_role("button", name="Run it now").click()
    try:
        advice(page, "P1").get_by_text("verified: it helped").wait_for()
        check("the run is watched to its verified end", "exit status 0" in advice(page, "P1").text_content())
    except Exception as error:
        check("the run is watched to its verified end", False, error)
    check("no console errors", not problems, problems)
    live.goto(address + "/runbooks/mend")
    text = live.locator("main").text_content()
    check("the runbook shows its record and its inputs",
          "Tried 1 time, helped 1" in text and "two people" in text and "whoever approves" in text, text)
    browser.close()
