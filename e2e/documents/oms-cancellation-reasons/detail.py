import requests
import json
url = "https://{domain_url}/api/v1/oms/api/v1/oms/cancellation-reasons/1/"
token = "11111XXXXXXXXXXXXXXXXX201XXXXX9332d"
headers = {
'Content-Type': 'application/json',
'Authorization': f'Token {token}'
}
response = requests.request('GET', url, headers=headers)
print(response.json())
