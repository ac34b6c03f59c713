import Testing

@testable import EventData

@Suite("The populated part of a recording")
struct PopulatedPartTests {
  @Test("ranges that follow one another add up, others do not")
  func ranges() {
    let part = PopulatedPart()
    #expect(!part.contains(0..<1))
    part.add(0..<100)
    #expect(part.contains(0..<100) && part.contains(20..<40) && !part.contains(90..<101))
    // Overlapping and adjacent ranges, and one that is known already.
    part.add(50..<150)
    part.add(150..<200)
    part.add(10..<20)
    #expect(part.contains(0..<200) && !part.contains(0..<201))
    // A range behind a gap.
    part.add(300..<400)
    #expect(!part.contains(300..<400))
  }
}
