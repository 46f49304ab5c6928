<?php

require __DIR__ . '/../../../../adapters/php/noncense_adapter.php';

const DEEDS = ['echo', 'print', 'child', 'reported', 'skipped', 'foreign', 'large', 'odd', 'leave'];

function deed(string $operation, array $params)
{
    switch ($operation) {
        case 'echo':
            return $params;
        case 'print':
            echo "noise: echo\n";
            fwrite(STDOUT, "noise: stream\n");
            trigger_error('noise: warning', E_USER_WARNING);
            return (object) [];
        case 'child':
            system('echo noise: child; cat </dev/null');
            return (object) [];
        case 'reported':
            throw new Noncense\ClientError('nonce', 'Nonce must be greater than 7.', 'InvalidNonce', 422);
        case 'skipped':
            throw new Noncense\Skipped('it cannot send an empty list');
        case 'foreign':
            throw new RangeException('something of its own');
        case 'large':
            return str_repeat('x', 9 * 1024 * 1024);
        case 'odd':
            return ["\xff", (string) NAN, "é\"\\\n\u{2028}"];
        case 'leave':
            exit(7);
    }
}

Noncense\serve([
    'name' => 'evil',
    'version' => '1',
    'dialects' => ['reference'],
    'operations' => DEEDS,
    'features' => [],
    'open' => static function (array $target): callable {
        if ($target['key'] === 'refuse') {
            throw new Noncense\ClientError('authentication', 'a key has 32 characters');
        }
        return static function (string $operation, array $params) {
            return deed($operation, $params);
        };
    },
]);
