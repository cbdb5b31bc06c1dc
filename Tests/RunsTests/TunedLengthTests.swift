import Collectives
import Formats
import Testing
import Training

@testable import Runs

/// A length nobody asked for is the model's number of epochs, and more of them where they have few steps.
@Suite struct TunedLengthTests {
    @Test(
        arguments: [
            (["model": "mlp", "global_batch": 1], 10, 1200),  // 120 steps an epoch
            (["model": "mlp", "global_batch": 2], 17, 1020),
            (["model": "lstm", "global_batch": 128], 1000, 1000),
            (["model": "mlp", "global_batch": 128, "epochs": 3], 3, 3),
            (["model": "mlp", "global_batch": 128, "max_steps": 7], 1000, 7),
            (["model": "mlp", "global_batch": 2, "epochs": 1, "max_steps": 70], 1, 60),
        ] as [(Settings, Int, Int)])
    func epochsAndSteps(settings: Settings, epochs: Int, steps: Int) throws {
        let workshop = try Workshop(train: 120, test: 1)
        let configuration = try workshop.configuration(settings)
        let job = try TrainingJob(configuration, world: LocalCommunicator(), checkpoint: nil)
        #expect(job.plan.epochs == epochs && job.totalSteps == steps)
    }

    /// No network's least number of steps lengthens its training on all of MNIST.
    @Test(arguments: article.models)
    func nothingChangesOnFullMNIST(model: ModelDescriptor) {
        let stepsPerEpoch = (60_000 + 127) / 128
        #expect(model.tuned.leastSteps <= model.tuned.epochs * stepsPerEpoch)
    }

    /// What a run came to is what repeats it and what it is resumed with.
    @Test func configJSONHoldsTheEpochs() throws {
        let workshop = try Workshop()
        try workshop.train("run", ["model": "mlp", "max_steps": 2])
        let config = try JSON(parsing: workshop.bytes("run", "config.json"))
        #expect(config["epochs"]?.intValue == 1000)
        try workshop.train("whole", ["model": "mlp", "max_steps": 4])
        try workshop.train("run", ["model": "mlp", "max_steps": 4, "resume": "auto"])
        try workshop.expectSame("run", "whole")
    }
}
