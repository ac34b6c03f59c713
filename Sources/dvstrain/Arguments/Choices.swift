import ArgumentParser
import SpikingNetwork

/// An option's value that is one of a few names, in upper or lower case.
protocol NamedChoice: RawRepresentable, CaseIterable, ExpressibleByArgument
where RawValue == String {}

extension NamedChoice {
  init?(argument: String) {
    guard
      let match = Self.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() })
    else { return nil }
    self = match
  }
}

/// `-neuron`.
enum NeuronChoice: String, NamedChoice {
  case lif = "LIF"
  case plif = "PLIF"
}

/// `-opt`.
enum OptimizerChoice: String, NamedChoice {
  case sgd = "SGD"
  case adam = "Adam"
  case adamW = "AdamW"
}

/// `-lr_scheduler`.
enum ScheduleChoice: String, NamedChoice {
  case cosine = "CosALR"
  case step = "StepLR"
}

extension Surrogate.Kind: NamedChoice {}
extension Pooling: NamedChoice {}
extension StepMode: NamedChoice {}
extension Loss: NamedChoice {}

/// `-v_reset`: a number, or `none` for a soft reset.
struct ResetPotential: ExpressibleByArgument {
  let value: Double?

  init(_ value: Double?) { self.value = value }

  init?(argument: String) {
    if argument.lowercased() == "none" {
      value = nil
    } else if let number = Double(argument), number.isFinite {
      value = number
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { value.map { "\($0)" } ?? "none" }
}

/// `-detach_reset` and its opposite.
enum ResetGradient: String, EnumerableFlag {
  case detached, attached

  static func name(for value: ResetGradient) -> NameSpecification {
    (value == .detached ? OptionName.detachReset : .attachReset).name
  }

  static func help(for value: ResetGradient) -> ArgumentHelp? {
    value == .detached
      ? "Detach the reset: no gradient flows through it."
      : "Let the gradient flow through the reset."
  }
}

/// `-decay_input` and its opposite.
enum InputDecay: String, EnumerableFlag {
  case decays, keeps

  static func name(for value: InputDecay) -> NameSpecification {
    (value == .decays ? OptionName.decayInput : .keepInput).name
  }

  static func help(for value: InputDecay) -> ArgumentHelp? {
    value == .decays
      ? "The input decays with the membrane potential."
      : "The input is added without decay."
  }
}
