/// A value of each epoch that is drawn as a curve; raw values are names in `metrics.jsonl`.
package enum Curve: String, CaseIterable, Sendable {
  /// The mean loss during training, that is, with dropout and changing weights.
  case trainingLoss = "train_loss"
  /// The fraction of training samples classified correctly during training.
  case trainingAccuracy = "train_acc"
  /// The mean loss of held-out samples.
  case validationLoss = "val_loss"
  /// The fraction of held-out samples classified correctly.
  case validationAccuracy = "val_acc"
  /// The mean loss of test samples.
  case testLoss = "test_loss"
  /// The fraction of test samples classified correctly.
  case testAccuracy = "test_acc"
  /// The learning rate.
  case learningRate = "learning_rate"
  /// Training samples per second.
  case samplesPerSecond = "samples_per_second"

  /// The curves that a run's folder contains as pictures.
  package static let ofRunFolder: [Curve] = [
    .trainingLoss, .trainingAccuracy, .testLoss, .testAccuracy,
  ]

  /// The title of a chart.
  package var title: String {
    switch self {
    case .trainingLoss: "Training loss"
    case .trainingAccuracy: "Training accuracy"
    case .validationLoss: "Validation loss"
    case .validationAccuracy: "Validation accuracy"
    case .testLoss: "Test loss"
    case .testAccuracy: "Test accuracy"
    case .learningRate: "Learning rate"
    case .samplesPerSecond: "Training speed"
    }
  }

  /// The value of an epoch, in percent for accuracies; `nil` if the epoch has none.
  package func value(of epoch: EpochReport) -> Double? {
    switch self {
    case .trainingLoss: epoch.trainingLoss
    case .trainingAccuracy: 100 * epoch.trainingAccuracy
    case .validationLoss: epoch.validation?.loss
    case .validationAccuracy: epoch.validation.map { 100 * $0.accuracy }
    case .testLoss: epoch.test?.loss
    case .testAccuracy: epoch.test.map { 100 * $0.accuracy }
    case .learningRate: epoch.learningRate
    case .samplesPerSecond: epoch.samplesPerSecond
    }
  }
}
