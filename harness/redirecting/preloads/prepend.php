<?php
// Leads what PHP opens as a file (file_get_contents of an address, and the like) through the proxy; php.ini has it run
// before every script. Only what has no context of its own takes this one; the curl extension reads the environment.
(static function (): void {
    $proxy = getenv('NONCENSE_LED_PROXY');
    if ($proxy !== false && $proxy !== '') {
        stream_context_set_default(['http' => ['proxy' => $proxy, 'request_fulluri' => false]]);
    }
})();
