extension DataFormat where Self == CIFARFormat {
    /// CIFAR-100: records of a coarse label (of 20, which we leave), a fine one and an image.
    static var cifar100: Self {
        CIFARFormat(
            contents: "CIFAR-100's train.bin and test.bin", unpacked: "cifar-100-binary", labelBytes: 2,
            classes: 100, classNames: "fine_label_names.txt",
            files: [.train: ["train.bin"], .test: ["test.bin"]])
    }
}
