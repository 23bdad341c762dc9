import requests
url = "https://{domain_url}/api/v1/oms/customers/list-simple/"
token = "f532eXXXXXXXXXXXXXXXXX201XXXXX9332d"
headers = {
'Content-Type': 'application/json',
'Authorization': f'Token {token}'
}
response = requests.request('GET', url, headers=headers)
print(response.json())
