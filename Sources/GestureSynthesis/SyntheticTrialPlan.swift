/// The recordings of a synthetic data set, named as in DVS128 Gesture.
///
/// Subjects 1–23 are for training and 24–29 for testing. Only the 98 and 24 pairs of subject and
/// lighting of the real data set occur. A smaller number of recordings is spread over the subjects:
/// each gets one lighting, then each a second, and so on.
package struct SyntheticTrialPlan: Equatable, Sendable {
  /// The recordings for training, in the order of the data set's list.
  package let train: [SyntheticTrial]

  /// The recordings for testing, in the order of the data set's list.
  package let test: [SyntheticTrial]

  /// All 98 training recordings, in the order of `trials_to_train.txt`.
  package static let allTrain = officialTrials(of: 1...23)

  /// All 24 test recordings, in the order of `trials_to_test.txt`.
  package static let allTest = officialTrials(of: 24...29)

  /// Chooses recordings for training and for testing.
  ///
  /// - Parameters:
  ///   - trainCount: The number of training recordings, 0 … 98.
  ///   - testCount: The number of test recordings, 0 … 24.
  /// - Throws: ``SyntheticTrialPlanError`` if a number is negative or exceeds the data set's.
  package init(trainCount: Int, testCount: Int) throws(SyntheticTrialPlanError) {
    train = try Self.spread(trainCount, over: Self.allTrain, split: .train)
    test = try Self.spread(testCount, over: Self.allTest, split: .test)
  }

  /// Chooses `count` trials round-robin over the subjects; the result is in the order of the list.
  private static func spread(
    _ count: Int, over trials: [SyntheticTrial], split: SyntheticTrialPlanError.Split
  ) throws(SyntheticTrialPlanError) -> [SyntheticTrial] {
    guard count >= 0, count <= trials.count else {
      throw SyntheticTrialPlanError(
        split: split, requestedCount: count, availableCount: trials.count)
    }
    // Trials are ranked by the round in which their subject contributes them. Subjects start at
    // different lightings, so that the first round contains all lightings.
    var ranked: [(round: Int, position: Int)] = []
    var firstPosition = 0
    while firstPosition < trials.count {
      let subject = trials[firstPosition].subject
      let ownCount = trials[firstPosition...].prefix { $0.subject == subject }.count
      for offset in 0..<ownCount {
        let round = (offset - (subject - 1) % ownCount + ownCount) % ownCount
        ranked.append((round, firstPosition + offset))
      }
      firstPosition += ownCount
    }
    ranked.sort { ($0.round, $0.position) < ($1.round, $1.position) }
    return ranked.prefix(count).map(\.position).sorted().map { trials[$0] }
  }

  private static func officialTrials(of subjects: ClosedRange<Int>) -> [SyntheticTrial] {
    subjects.flatMap { subject in
      SyntheticLighting.allCases
        .filter { !missingLightings(of: subject).contains($0) }
        .map { SyntheticTrial(subject: subject, lighting: $0) }
    }
  }

  /// The lightings in which the data set has no recording of a subject.
  ///
  /// Source: `trials_to_train.txt` and `trials_to_test.txt` of DVS128 Gesture.
  private static func missingLightings(of subject: Int) -> [SyntheticLighting] {
    switch subject {
    case 3, 4, 14, 27: [.lab]
    case 7, 8, 10, 18, 23: [.natural]
    case 11: [.lab, .led]
    case 12: [.fluorescent, .lab, .natural]
    case 16: [.fluorescentAndLED]
    case 20, 24: [.lab, .natural]
    case 21: [.led]
    case 25: [.fluorescentAndLED, .lab, .natural]
    default: []
    }
  }
}

/// A request for more recordings than the data set has.
package struct SyntheticTrialPlanError: Error, Equatable, Sendable {
  /// The two splits of the data set.
  package enum Split: String, Equatable, Sendable {
    /// Recordings of subjects 1–23.
    case train
    /// Recordings of subjects 24–29.
    case test
  }

  /// The split that the request is for.
  package let split: Split

  /// The requested number of recordings.
  package let requestedCount: Int

  /// The number of recordings of the data set in this split.
  package let availableCount: Int
}
