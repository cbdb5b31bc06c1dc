#!/usr/bin/perl
# Writes a small data set of blurred templates with noise, one template for each class. Same bytes always.
# Usage: make-shaped-data.pl FORMAT FOLDER CLASSES TRAIN_COUNT TEST_COUNT CHANNELS ROWS COLUMNS
#   FORMAT: idx = MNIST's four files; npz = an archive, channels last; cifar = CIFAR-10's batches (10 classes, 3x32x32).
# Perl's base modules only.
use strict;
use warnings;

die "Usage: make-shaped-data.pl FORMAT FOLDER CLASSES TRAIN_COUNT TEST_COUNT CHANNELS ROWS COLUMNS\n" unless @ARGV == 8;
my ($format, $folder, $classes, $train, $test, $channels, $rows, $columns) = @ARGV;

my $state = 20240229;
sub random {    # 0 .. n - 1, from a 31-bit linear congruential generator: exact in any Perl
    my ($n) = @_;
    $state = ($state * 1103515245 + 12345) % 2147483648;
    return int($state / 65536) % $n;
}

# Of every class: what each block of 4x4 pixels of each channel shows.
my $across = int(($columns + 3) / 4);
my $blocks = $across * int(($rows + 3) / 4);
my @templates = map { [map { 20 + 130 * random(2) } 1 .. $channels * $blocks] } 1 .. $classes;

sub image {    # channels first
    my ($class) = @_;
    my @pixels;
    for my $channel (0 .. $channels - 1) {
        for my $row (0 .. $rows - 1) {
            push @pixels, map {
                $templates[$class][$channel * $blocks + int($row / 4) * $across + int($_ / 4)] + random(60)
            } 0 .. $columns - 1;
        }
    }
    return @pixels;
}

sub publish {
    my ($name, $bytes) = @_;
    open my $file, '>:raw', "$folder/$name" or die "$folder/$name: $!\n";
    print $file $bytes;
    close $file or die "$folder/$name: $!\n";
}

# Every class is in both halves.
my %labels = (train => [map { $_ % $classes } 0 .. $train - 1], test => [map { $_ % $classes } 0 .. $test - 1]);
my %images = map { $_ => [map { [image($_)] } @{$labels{$_}}] } 'train', 'test';

my @crc = map { my $c = $_; $c = $c & 1 ? 0xEDB88320 ^ ($c >> 1) : $c >> 1 for 1 .. 8; $c } 0 .. 255;
sub crc32 {
    my $crc = 0xFFFFFFFF;
    $crc = $crc[($crc ^ $_) & 255] ^ ($crc >> 8) for unpack 'C*', $_[0];
    return $crc ^ 0xFFFFFFFF;
}

sub npy {
    my ($type, $bytes, @shape) = @_;
    my $header = "{'descr': '$type', 'fortran_order': False, 'shape': (" . join('', map { "$_," } @shape) . "), }\n";
    return "\x93NUMPY\1\0" . pack('v', length $header) . $header . $bytes;
}

if ($format eq 'idx') {
    my @size = $channels == 1 ? ($rows, $columns) : ($channels, $rows, $columns);
    for my $half ('train', 'test') {
        my $prefix = $half eq 'train' ? 'train' : 't10k';
        my $count = @{$labels{$half}};
        my $dimensions = 1 + @size;
        publish("$prefix-images-idx$dimensions-ubyte",
            pack('N*', 2048 + $dimensions, $count, @size) . join '', map { pack 'C*', @$_ } @{$images{$half}});
        publish("$prefix-labels-idx1-ubyte", pack('N2C*', 2049, $count, @{$labels{$half}}));
    }
} elsif ($format eq 'npz') {
    my @last = map { my $place = $_; map { $_ * $rows * $columns + $place } 0 .. $channels - 1 } 0 .. $rows * $columns - 1;
    my ($local, $directory) = ('', '');
    for my $half ('train', 'test') {
        my $count = @{$labels{$half}};
        my @size = $channels == 1 ? ($rows, $columns) : ($rows, $columns, $channels);
        my %arrays = (
            "x_$half.npy" => npy('|u1', join('', map { pack 'C*', @$_[@last] } @{$images{$half}}), $count, @size),
            "y_$half.npy" => npy('<i8', join('', map { pack 'VV', $_, 0 } @{$labels{$half}}), $count));
        for my $name (sort keys %arrays) {
            my $bytes = $arrays{$name};
            my $common = pack 'vvvvvVVVv', 20, 0, 0, 0, 33, crc32($bytes), length $bytes, length $bytes, length $name;
            $directory .= "PK\1\2" . pack('v', 20) . $common . pack('vvvvVV', 0, 0, 0, 0, 0, length $local) . $name;
            $local .= "PK\3\4" . $common . pack('v', 0) . $name . $bytes;
        }
    }
    publish('data.npz',
        $local . $directory . "PK\5\6" . pack 'vvvvVVv', 0, 0, 4, 4, length $directory, length $local, 0);
} elsif ($format eq 'cifar') {
    my $part = int($train / 5);
    my $record = sub { my ($half, $index) = @_; pack 'C*', $labels{$half}[$index], @{$images{$half}[$index]} };
    for my $batch (1 .. 5) {
        publish("data_batch_$batch.bin", join '', map { $record->('train', $_) } ($batch - 1) * $part .. $batch * $part - 1);
    }
    publish('test_batch.bin', join '', map { $record->('test', $_) } 0 .. $test - 1);
    publish('batches.meta.txt',
        join("\n", qw(airplane automobile bird cat deer dog frog horse ship truck)) . "\n\n");
} else {
    die "make-shaped-data.pl: unknown format '$format'\n";
}
