internal import SpikingNetwork

/// What `metrics.jsonl` says of a pass over samples; see ``EvaluationReport``, which writes it.
public struct EvaluationRecord: Equatable, Sendable {
  /// A class, subject or lighting.
  public struct Group: Decodable, Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Its samples that were told apart rightly.
    public let correct: Int
    /// All of its samples.
    public let samples: Int
    /// The share of those that were.
    public let accuracy: Double
  }

  /// All samples.
  public let sampleCount: Int
  /// Those that were told apart rightly.
  public let correctCount: Int
  /// Their share.
  public let accuracy: Double
  /// The mean loss.
  public let loss: Double
  /// Seconds that the pass took.
  public let seconds: Double
  /// The samples of each class, in the order of labels.
  public let classes: [Group]
  /// The samples of each subject.
  public let subjects: [Group]
  /// The samples of each lighting.
  public let lightings: [Group]
  /// How often class r was taken for class c: `[r][c]`, 11 rows and columns.
  public let confusion: [[Int]]
  /// Spikes of each layer by neurons, frames and samples.
  public let firingRates: [Double]
  /// The worst mistakes, the worst first; none where an earlier version wrote the line.
  public let mistakes: [Mistake]
}

extension EvaluationRecord: Decodable {
  private enum CodingKeys: String, CodingKey {
    case accuracy, confusion, loss, seconds, mistakes
    case classes = "by_class"
    case correctCount = "correct"
    case firingRates = "firing_rates"
    case lightings = "by_lighting"
    case sampleCount = "samples"
    case subjects = "by_subject"
  }

  /// Decodes a record, and checks that its table is one of all classes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sampleCount = try container.decode(Int.self, forKey: .sampleCount)
    correctCount = try container.decode(Int.self, forKey: .correctCount)
    accuracy = try container.decode(Double.self, forKey: .accuracy)
    loss = try container.decode(Double.self, forKey: .loss)
    seconds = try container.decode(Double.self, forKey: .seconds)
    classes = try container.decode([Group].self, forKey: .classes)
    subjects = try container.decode([Group].self, forKey: .subjects)
    lightings = try container.decode([Group].self, forKey: .lightings)
    confusion = try container.decode([[Int]].self, forKey: .confusion)
    firingRates = try container.decode([Double].self, forKey: .firingRates)
    mistakes = try container.decodeIfPresent([Mistake].self, forKey: .mistakes) ?? []
    let classCount = NetworkDescription.classCount
    let isTable =
      confusion.count == classCount
      && confusion.allSatisfy { row in
        row.count == classCount && row.allSatisfy { (0...1 << 40).contains($0) }
      }
    guard isTable else {
      throw DecodingError.dataCorruptedError(
        forKey: .confusion, in: container,
        debugDescription: "\(classCount) rows of \(classCount) counts expected")
    }
  }
}
