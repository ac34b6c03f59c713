import EventData
import Testing

@testable import GestureDataSet

@Suite struct GestureTests {
  @Test("classes 1 to 11 are the gestures, and their labels are one less")
  func classes() {
    #expect(Gesture.allCases.map(\.classNumber) == Array(1...11))
    #expect(Gesture.allCases.map(\.label) == Array(0...10))
    #expect(Gesture(rawValue: 0) == nil && Gesture(rawValue: 12) == nil)
  }

  @Test("the names are those of gesture_mapping.csv")
  func names() {
    #expect(
      Gesture.allCases.map(\.name) == [
        "hand_clapping", "right_hand_wave", "left_hand_wave", "right_arm_clockwise",
        "right_arm_counter_clockwise", "left_arm_clockwise", "left_arm_counter_clockwise",
        "arm_roll", "air_drums", "air_guitar", "other_gestures",
      ])
  }

  @Test("the lists have the names and the totals of the published data set")
  func splits() {
    #expect(DataSetSplit.allCases.map(\.listName) == ["trials_to_train.txt", "trials_to_test.txt"])
    #expect(DataSetSplit.allCases.map(\.officialSampleCount) == [98 * 12, 24 * 12])
  }
}
