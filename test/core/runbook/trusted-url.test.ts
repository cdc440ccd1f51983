import { expect, test } from "vitest";
import { isTrustedUrl } from "../../../src/core/runbook/trusted-url.ts";

test.each([
  "http://127.0.0.1/",
  "https://a.test",
  "https://a.test/${{ parameters.path }}",
  "HTTPS://a.test:8443/x?y=${{ parameters.y }}",
  "https://a.test?y=${{ parameters.y }}",
  "https://a.test#${{ parameters.y }}",
  "http://[::1]:80/${{ parameters.y }}",
  "https://a.test/$${{ literal",
])("the host of %s was written down", (url) => {
  expect(isTrustedUrl(url, undefined)).toBe(true);
});

test.each([
  "${{ parameters.url }}",
  "https://${{ parameters.host }}/",
  "https://a.test${{ parameters.path }}",
  "https://a.test:${{ parameters.port }}/",
  "https://${{ parameters.team }}.a.test/",
  "https://user@${{ parameters.host }}/",
  "https://a.test\\${{ parameters.path }}",
  "https:///${{ parameters.host }}/x",
  "https:/${{ parameters.host }}/x",
  "https:${{ parameters.host }}/x",
  "https://\t/${{ parameters.host }}",
  "//a.test/${{ parameters.host }}",
  "${{ 'https' }}://a.test/",
  "/path/${{ parameters.path }}",
  "https://a.test/${{ broken",
])("the host of %s comes from a value", (url) => {
  expect(isTrustedUrl(url, undefined)).toBe(false);
});

test("what is below a provider's address was written down with it", () => {
  expect(isTrustedUrl("${{ parameters.path }}", { baseUrl: "http://10.0.0.1" })).toBe(true);
});
