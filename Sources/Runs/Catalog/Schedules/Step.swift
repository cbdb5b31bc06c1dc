import Optim

extension ScheduleDescriptor {
    public static let step = ScheduleDescriptor(
        "step", "multiplied by --gamma every --step-size steps",
        settings: [
            OwnSetting(
                "step_size", default: Int?.none, .integer(from: 1), "N", unit: "steps", unset: "third",
                scope: .run, help: "steps between two drops; third = a third of the run"),
            OwnSetting(
                "gamma", default: 0.1, .number(.shrinking), "X", scope: .run, help: "factor of each drop"),
        ]
    ) {
        let asked: Int? = try $0["step_size"]
        return .step(
            $0.learningRate, every: asked ?? max(1, ($0.totalSteps + 2) / 3), gamma: try $0["gamma"])
    }
}
