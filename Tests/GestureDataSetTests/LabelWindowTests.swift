import EventData
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite struct LabelWindowTests {
  static let header = "class,startTime_usec,endTime_usec\n"

  func parse(_ text: String) throws(DataSetError) -> [LabelWindow] {
    try LabelWindow.parse(Array(text.utf8), path: "labels.csv")
  }

  func defect(of text: String) -> DataSetError? {
    do throws(DataSetError) { _ = try parse(text) } catch { return error }
    return nil
  }

  @Test("rows keep the order of the file, with class, window and line")
  func rows() throws {
    let windows = try parse(Self.header + "5,20,30\n4,10,25\n5,30,31\n")
    #expect(
      windows == [
        LabelWindow(gesture: .rightArmCounterClockwise, microseconds: 20..<30, line: 2),
        LabelWindow(gesture: .rightArmClockwise, microseconds: 10..<25, line: 3),
        LabelWindow(gesture: .rightArmCounterClockwise, microseconds: 30..<31, line: 4),
      ])
  }

  @Test(
    "line ends, blanks, blank lines, a byte order mark and a missing last line end do not matter",
    arguments: [
      "class,startTime_usec,endTime_usec\r\n1,10,20\r\n\r\n11,20,30\r\n",
      "class,startTime_usec,endTime_usec\n1,10,20\n\n11,20,30",
      "  class, startTime_usec ,endTime_usec  \n 1 ,\t10, 20 \t\n\n11,20,30\n \n\n",
      "\u{FEFF}class,startTime_usec,endTime_usec\n1,10,20\n\t\n11,20,30\n",
      "CLASS,STARTTIME_USEC,ENDTIME_USEC\n01,0010,00000000000000000000020\n\n11,20,30\n",
    ])
  func spellings(_ text: String) throws {
    #expect(
      try parse(text) == [
        LabelWindow(gesture: .handClapping, microseconds: 10..<20, line: 2),
        LabelWindow(gesture: .otherGestures, microseconds: 20..<30, line: 4),
      ])
  }

  @Test("a file may have a single row, or none")
  func fewRows() throws {
    #expect(try parse(Self.header + "1,0,1").count == 1)
    #expect(try parse(Self.header).isEmpty)
    #expect(try parse("class,startTime_usec,endTime_usec").isEmpty)
  }

  @Test("times above 2^32, up to 2^63 - 1, are accepted")
  func largeTimes() throws {
    let windows = try parse(
      Self.header + "1,4294967296,4294967297\n2,0,9223372036854775807\n")
    #expect(windows[0].microseconds == 4_294_967_296..<4_294_967_297)
    #expect(windows[1].microseconds == 0..<Int64.max)
  }

  @Test(
    "an invalid row is rejected with its line",
    arguments: [
      ("0,1,2", "a class from 1 to 11 expected, 0 found"),
      ("12,1,2", "a class from 1 to 11 expected, 12 found"),
      ("9223372036854775807,1,2", "a class from 1 to 11 expected, 9223372036854775807 found"),
      ("1,2,2", "endTime_usec (2) must be greater than startTime_usec (2)"),
      ("1,3,2", "endTime_usec (2) must be greater than startTime_usec (3)"),
      (
        "1,0,9223372036854775808",
        "endTime_usec: a number under 2^63 expected, '9223372036854775808' found"
      ),
      (
        "1,18446744073709551616,2",
        "startTime_usec: a number under 2^63 expected, '18446744073709551616' found"
      ),
      ("-1,1,2", "class: a whole number expected, '-1' found"),
      ("1,+1,2", "startTime_usec: a whole number expected, '+1' found"),
      ("1,1,2.0", "endTime_usec: a whole number expected, '2.0' found"),
      ("1,1,2e3", "endTime_usec: a whole number expected, '2e3' found"),
      ("1,1,0x9", "endTime_usec: a whole number expected, '0x9' found"),
      ("1,,2", "startTime_usec: a whole number expected, '' found"),
      ("1,1 0,20", "startTime_usec: a whole number expected, '1 0' found"),
      ("1,1,\u{0662}", "endTime_usec: a whole number expected, '\u{0662}' found"),
      ("1,1,2\u{301}", "endTime_usec: a whole number expected, '2\u{301}' found"),
      ("1,1,2\u{0}", "endTime_usec: a whole number expected, '2?' found"),
      ("\u{FEFF}1,1,2", "class: a whole number expected, '?1' found"),
      ("1,1", "three fields (class,startTime_usec,endTime_usec) expected, 2 found"),
      ("1,1,2,", "three fields (class,startTime_usec,endTime_usec) expected, 4 found"),
      ("1;1;2", "three fields (class,startTime_usec,endTime_usec) expected, 1 found"),
    ])
  func wrongRows(_ row: String, _ detail: String) {
    let error = defect(of: Self.header + "1,1,2\n\n" + row + "\n1,1,2\n")
    #expect(error == DataSetError("labels.csv", .line(4), detail))
    #expect(error?.description == "labels.csv: line 4: \(detail)")
  }

  @Test(
    "a file without the header line is rejected at the line where it belongs",
    arguments: [
      ("", 1, "an empty file found"), ("\n \n", 1, "an empty file found"),
      ("1,2,3\n", 1, "'1,2,3' found"), ("\n\nclass,start,end\n", 3, "'class,start,end' found"),
      ("class,startTime_usec\n", 1, "'class,startTime_usec' found"),
    ])
  func noHeader(_ text: String, _ line: Int, _ found: String) {
    #expect(
      defect(of: text)
        == DataSetError(
          "labels.csv", .line(line),
          "the header line 'class,startTime_usec,endTime_usec' expected, \(found)"))
  }
}
