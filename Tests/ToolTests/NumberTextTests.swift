import Terminal
import Testing

@Suite("Numbers as text")
struct NumberTextTests {
  @Test("have the given number of decimals")
  func decimals() {
    #expect(decimalText(1.005, digits: 1) == "1.0")
    #expect(decimalText(0.25, digits: 2) == "0.25")
    #expect(decimalText(-0.04, digits: 1) == "0.0")
    #expect(decimalText(-1.06, digits: 1) == "-1.1")
    #expect(decimalText(12.5, digits: 0) == "13")
    #expect(decimalText(.nan, digits: 1) == "–")
  }

  @Test("have at most the given number of significant digits")
  func significant() {
    let numbers = [
      0.029772283228120432, 0.5208333333333334, 0.5, 0, 1, -0.25, 123456.7, 1e7, 1.5e-7, 9.9999999,
    ]
    #expect(
      numbers.map { significantText($0, digits: 6) } == [
        "0.0297723", "0.520833", "0.5", "0", "1", "-0.25", "123457", "10000000", "0.00000015", "10",
      ])
    #expect(significantText(1e-20, digits: 6) == "1e-20")
    #expect(significantText(.nan, digits: 6) == "–")
    #expect(significantText(5.6789, digits: 2) == "5.7")
  }

  @Test("of bytes and events have a suitable unit")
  func amounts() {
    #expect(byteCountText(999) == "999 bytes")
    #expect(byteCountText(6_815_000) == "6.8 MB")
    #expect(byteCountText(3_000_000_000) == "3.0 GB")
    #expect(countText(99_999, "events") == "99999 events")
    #expect(countText(130_000, "events") == "130 k events")
    #expect(countText(31_900_000, "events") == "31.9 M events")
  }

  @Test("have a noun in singular or plural")
  func nouns() {
    #expect((0...2).map { counted($0, "frame") } == ["0 frames", "1 frame", "2 frames"])
  }

  @Test("of seconds become minutes and hours")
  func durations() {
    #expect(durationText(seconds: 0.214) == "0.21 s")
    #expect(durationText(seconds: 59.4) == "59 s")
    #expect(durationText(seconds: 185) == "3:05 min")
    #expect(durationText(seconds: 3725) == "1:02:05 h")
    #expect(durationText(seconds: .infinity) == "–")
  }

  @Test("in tables are right-aligned")
  func tables() {
    #expect(
      tableText([["", "a"], ["long", "12"], ["x", "3"]]) == "       a\nlong  12\nx      3")
  }
}
